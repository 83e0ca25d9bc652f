export interface Bar {
  readonly label: string
  readonly value: number
  readonly minimum: number
  readonly maximum: number
  /** Drawn as a mark across the bar. */
  readonly limit?: number
  /** The other provider's median, drawn as a second bar. */
  readonly other?: number
}

export interface BarChart {
  readonly title: string
  readonly unit: string
  readonly bars: readonly Bar[]
}

export interface LineChart {
  readonly title: string
  readonly xLabel: string
  readonly yLabel: string
  readonly points: readonly (readonly [x: number, y: number])[]
}

const width = 760
/** By light and by dark: the picture follows what the reader's system prefers. */
const colours = {
  paper: ['#ffffff', '#0d1117'],
  title: ['#24292f', '#e6edf3'],
  text: ['#57606a', '#9198a1'],
  grid: ['#d0d7de', '#3d444d'],
  ours: ['#2f6fb0', '#4493f8'],
  other: ['#b0b7bf', '#6e7681'],
  limit: ['#c0392b', '#ff7b72'],
} as const
type Colour = keyof typeof colours

const style = `<style>${rules(0)}
@media (prefers-color-scheme: dark) {
${rules(1)}
}</style>`

function rules(scheme: 0 | 1): string {
  return Object.entries(colours)
    .map(([name, pair]) => `.f-${name}{fill:${pair[scheme]}}.s-${name}{stroke:${pair[scheme]}}`)
    .join('')
}

/** Bars lie: labels are sentences. What bars, lines and marks are stands above them. */
export function barChart({ title, unit, bars }: BarChart): string {
  const [left, top, row] = [230, 62, 34]
  const height = top + bars.length * row + 30
  const most = Math.max(...bars.flatMap((bar) => [bar.maximum, bar.limit ?? 0, bar.other ?? 0]))
  const step = niceStep(most / 5)
  const scale = (value: number) => left + (value / most) * (width - left - 90)
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
  const has = (field: 'limit' | 'other') => bars.some((bar) => bar[field] !== undefined)
  const body = [
    ...legend([
      { words: 'median of ours', mark: (x, y) => rect(x, y - 9, 16, 10, 'ours') },
      { words: 'least to most', mark: (x, y) => line(x, y - 4, x + 16, y - 4, 'text') },
      ...(has('other')
        ? [
            {
              words: 'median of the official provider',
              mark: (x: number, y: number) => rect(x, y - 9, 16, 10, 'other'),
            },
          ]
        : []),
      ...(has('limit')
        ? [
            {
              words: 'best that the network allows, or the budget',
              mark: (x: number, y: number) => line(x + 8, y - 11, x + 8, y + 3, 'limit', 2),
            },
          ]
        : []),
    ]),
    ...ticks.map((tick) => {
      const x = scale(tick)
      return `${line(x, top - 6, x, height - 24, 'grid')}${text(x, height - 8, `${round(tick)}`, 'middle')}`
    }),
    ...bars.flatMap((bar, index) => {
      const y = top + index * row
      return [
        text(left - 8, y + 15, bar.label, 'end'),
        rect(left, y + 2, scale(bar.value) - left, bar.other === undefined ? 18 : 12, 'ours'),
        ...(bar.other === undefined ? [] : [rect(left, y + 15, scale(bar.other) - left, 9, 'other')]),
        line(scale(bar.minimum), y + 8, scale(bar.maximum), y + 8, 'text'),
        ...(bar.limit === undefined
          ? []
          : [line(scale(bar.limit), y - 1, scale(bar.limit), y + 23, 'limit', 2)]),
        text(
          scale(Math.max(bar.maximum, bar.limit ?? 0)) + 6,
          y + 15,
          `${round(bar.value)} ${unit}`,
          'start',
        ),
      ]
    }),
  ]
  return svg(title, height, body)
}

/** The vertical axis begins at zero, so that growth is seen for what it is. */
export function lineChart({ title, xLabel, yLabel, points }: LineChart): string {
  const [left, top, bottom, height] = [60, 40, 40, 300]
  const [mostX, mostY] = [0, 1].map((axis) => Math.max(...points.map((point) => point[axis as 0 | 1])))
  const x = (value: number) => left + (value / (mostX || 1)) * (width - left - 20)
  const y = (value: number) => height - bottom - (value / ((mostY || 1) * 1.1)) * (height - top - bottom)
  const ticks = (most: number) => {
    const step = niceStep(most / 5)
    return Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
  }
  const path = points.map(([px, py]) => `${x(px).toFixed(1)},${y(py).toFixed(1)}`).join(' ')
  return svg(title, height, [
    ...ticks((mostY || 1) * 1.1).map(
      (tick) =>
        `${line(left, y(tick), width - 20, y(tick), 'grid')}${text(left - 6, y(tick) + 4, `${round(tick)}`, 'end')}`,
    ),
    ...ticks(mostX || 1).map((tick) => text(x(tick), height - bottom + 16, `${round(tick)}`, 'middle')),
    text(width / 2, height - 6, xLabel, 'middle'),
    text(left, top - 8, yLabel, 'end'),
    `<polyline points="${path}" fill="none" class="s-ours" stroke-width="2"/>`,
  ])
}

function svg(title: string, height: number, body: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>${escaped(title)}</title>
${style}
<rect width="${width}" height="${height}" class="f-paper"/>
<text x="10" y="20" font-size="14" font-weight="bold" class="f-title">${escaped(title)}</text>
${body.join('\n')}
</svg>
`
}

/** One line of marks with their words, below the title. */
function legend(
  entries: readonly { readonly words: string; readonly mark: (x: number, y: number) => string }[],
): readonly string[] {
  let x = 10
  return entries.flatMap(({ words, mark }) => {
    const drawn = [mark(x, 42), text(x + 22, 42, words, 'start')]
    x += 22 + words.length * 6.2 + 18
    return drawn
  })
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" class="f-text">${escaped(words)}</text>`
}

function rect(x: number, y: number, wide: number, high: number, fill: Colour): string {
  return `<rect x="${x}" y="${y}" width="${Math.max(1, wide).toFixed(1)}" height="${high}" class="f-${fill}"/>`
}

function line(x1: number, y1: number, x2: number, y2: number, stroke: Colour, wide = 1): string {
  const at = [x1, y1, x2, y2].map((value) => value.toFixed(1))
  return `<line x1="${at[0]}" y1="${at[1]}" x2="${at[2]}" y2="${at[3]}" class="s-${stroke}" stroke-width="${wide}"/>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** 1, 2 or 5 times a power of ten, at least as large. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least || 1))
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
