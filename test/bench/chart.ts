import type { Spread } from './statistics.ts'

export interface Bar {
  readonly label: string
  readonly ours: Spread
  /** Another program's, by the name that the legend gives it: drawn as a second bar. */
  readonly other?: Spread & { readonly name: string }
  /** Drawn as a mark across the bar. */
  readonly limit?: number
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
  const others = [...new Set(bars.flatMap(({ other }) => other?.name ?? []))]
  if (others.length > 1)
    throw new Error(`one chart would show ${others.join(' and ')} alike: measure them anew, by one name`)
  const limited = bars.some(({ limit }) => limit !== undefined)
  const key = legend([
    { words: 'median of ours', mark: (x, y) => barOf('ours', x, y - 9, 16, 10) },
    ...others.map((name): Entry => {
      return { words: `median of ${name}`, mark: (x, y) => barOf('other', x, y - 9, 16, 10) }
    }),
    { words: 'least to most', mark: (x, y) => line(x, y - 4, x + 16, y - 4, 'text') },
    ...(limited ? [{ words: 'best that the network allows, or the budget', mark: limitMark }] : []),
  ])
  const [left, top, row] = [230, key.bottom + 20, others.length > 0 ? 46 : 34]
  const height = top + bars.length * row + 30
  const most = Math.max(
    ...bars.flatMap(({ ours, other, limit }) => [ours.maximum, other?.maximum ?? 0, limit ?? 0]),
  )
  const step = niceStep(most / 5)
  const scale = (value: number) => left + (value / most) * (width - left - 90)
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step)
  return svg(title, height, [
    ...key.drawn,
    ...ticks.map((tick) => {
      const x = scale(tick)
      return `${line(x, top - 6, x, height - 24, 'grid')}${text(x, height - 8, `${round(tick)}`, 'middle')}`
    }),
    ...bars.flatMap(({ label, ours, other, limit }, index) => {
      const y = top + index * row
      const spreads = other === undefined ? [ours] : [ours, other]
      return [
        text(left - 8, y + 6 + spreads.length * 9, label, 'end'),
        ...spreads.flatMap((spread, lane) => [
          barOf(spread === ours ? 'ours' : 'other', left, y + 2 + lane * 18, scale(spread.median) - left, 18),
          line(scale(spread.minimum), y + 8 + lane * 18, scale(spread.maximum), y + 8 + lane * 18, 'text'),
        ]),
        ...(limit === undefined
          ? []
          : [line(scale(limit), y - 1, scale(limit), y + 5 + spreads.length * 18, 'limit', 2)]),
        ...spreads.map(({ median, maximum }, lane) => {
          const x = scale(Math.max(maximum, limit ?? 0)) + 6
          return text(x, y + 15 + lane * 18, `${round(median)} ${unit}`, 'start')
        }),
      ]
    }),
  ])
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

interface Entry {
  readonly words: string
  readonly mark: (x: number, y: number) => string
}

/** Marks with their words below the title, in as many lines as they take. */
function legend(entries: readonly Entry[]): { readonly drawn: readonly string[]; readonly bottom: number } {
  let [x, bottom] = [10, 42]
  const drawn = entries.flatMap(({ words, mark }) => {
    const wide = 22 + words.length * 6.2
    if (x + wide > width) [x, bottom] = [10, bottom + 20]
    const entry = [mark(x, bottom), text(x + 22, bottom, words, 'start')]
    x += wide + 18
    return entry
  })
  return { drawn, bottom }
}

function limitMark(x: number, y: number): string {
  return line(x + 8, y - 11, x + 8, y + 3, 'limit', 2)
}

function text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" class="f-text">${escaped(words)}</text>`
}

/** The other's has an outline too, for who does not see its colour. */
function barOf(whose: 'ours' | 'other', x: number, y: number, wide: number, high: number): string {
  const classes = whose === 'ours' ? 'f-ours' : 'f-other s-text'
  return `<rect x="${x}" y="${y}" width="${Math.max(1, wide).toFixed(1)}" height="${high}" class="${classes}"/>`
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
