import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Bar, barChart, lineChart } from './chart.ts'
import { type MetricName, metrics } from './metrics.ts'
import type { Result, ScenarioResult } from './result.ts'
import { rowsOf } from './table.ts'

/**
 * node test/bench/write-docs.ts [--check]
 * Puts the figures of test/bench/results/baseline.json and charts of them into docs/performance.md, or says
 * whether they are there.
 */
const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const [begin, end] = ['<!-- figures: begin -->', '<!-- figures: end -->']

interface Chart {
  readonly name: string
  readonly title: string
  readonly metric: MetricName
  readonly scenarios: readonly string[]
}

const charts: readonly Chart[] = [
  {
    name: 'mounts',
    title: 'One pod at a time, warm: median, with the limit of one round trip in red',
    metric: 'laterMs',
    scenarios: [
      'mount-1-secret',
      'mount-10-secrets',
      'mount-50-secrets',
      'mount-10-parameters',
      'mount-30-parameters',
      'mount-10-secrets-10-parameters',
    ],
  },
  {
    name: 'storm',
    title: 'Storm and rotation sweeps of 110 pods: all done after',
    metric: 'wallMs',
    scenarios: ['storm', 'storm-freed', 'sweep', 'sweep-changed'],
  },
  {
    name: 'failover',
    title: 'Failover: mounts after the first, by what is wrong with the primary region',
    metric: 'laterMs',
    scenarios: ['healthy', 'black-hole', 'hang', '500', 'refuse', 'throttle'].map(
      (mode) => `failover-${mode}`,
    ),
  },
  {
    name: 'memory',
    title: 'Peak of anonymous memory',
    metric: 'anonMiB',
    scenarios: ['mount-50-secrets', 'storm', 'sweep', 'loop', 'big', 'big-eight', 'confined-memory'],
  },
]

const result = JSON.parse(readFileSync(file('test/bench/results/baseline.json'), 'utf8')) as Result
const outputs = new Map([
  ...charts.map((chart) => [`docs/charts/${chart.name}.svg`, draw(chart)] as const),
  ...drawEndurance(),
])
const page = readFileSync(file('docs/performance.md'), 'utf8')
outputs.set('docs/performance.md', withFigures(page))

if (!process.argv.includes('--check')) {
  mkdirSync(file('docs/charts'), { recursive: true })
  for (const [path, content] of outputs) writeFileSync(file(path), content)
} else {
  const stale = [...outputs].filter(([path, content]) => readFileSync(file(path), 'utf8') !== content)
  for (const [path] of stale) {
    process.stderr.write(`${path} is not what the figures give: run npm run bench:docs\n`)
    process.exitCode = 1
  }
}

function draw({ title, metric, scenarios }: Chart): string {
  const bars = scenarios.flatMap((name): readonly Bar[] => {
    const scenario = result.scenarios[name]
    const spread = scenario?.ours.metrics[metric]
    if (scenario === undefined || spread === undefined) return []
    const [limit, other] = [scenario.limits[metric]?.value, scenario.other?.metrics[metric]?.median]
    const { minimum, median: value, maximum } = spread
    return [{ label: name, value, minimum, maximum, ...present({ limit, other }) }]
  })
  return barChart({ title, unit: metrics[metric].unit, bars })
}

function present(values: Readonly<Record<'limit' | 'other', number | undefined>>) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function drawEndurance(): readonly (readonly [string, string])[] {
  const series = result.scenarios.endurance?.ours.series
  if (series === undefined) return []
  const points = series.map(([mounts, anon]) => [mounts, anon] as const)
  const chart = { title: 'Anonymous memory over many mounts', xLabel: 'mounts', yLabel: 'MiB', points }
  return [['docs/charts/endurance.svg', lineChart(chart)]]
}

function withFigures(text: string): string {
  const [before, rest = ''] = text.split(begin)
  const [, after = ''] = rest.split(end)
  if (after === '') throw new Error(`docs/performance.md has no ${begin} … ${end}`)
  return `${before}${begin}\n\n${figures()}\n${end}${after}`
}

function figures(): string {
  const { date, cpu, cores, kernel, loadBefore } = result.machine
  const busy = Object.values(result.scenarios).some(({ calm }) => !calm)
  const load = busy
    ? '**The machine was busy with other work where a scenario says so: its times are inflated, and their ratios.**'
    : `Load before the run: ${loadBefore}.`
  const drawn = [...outputsOfCharts()].map((path) => `![](${path.replace('docs/', '')})`)
  return [
    `Measured ${date} on ${cores} × ${cpu}, Linux ${kernel}. ${load}`,
    ...drawn,
    ...Object.entries(result.scenarios).map(([name, scenario]) => section(name, scenario)),
  ].join('\n\n')
}

function outputsOfCharts(): readonly string[] {
  const endurance = result.scenarios.endurance === undefined ? [] : ['endurance']
  return [...charts.map(({ name }) => name), ...endurance].map((name) => `docs/charts/${name}.svg`)
}

function section(name: string, scenario: ScenarioResult): string {
  const { title, calm, ours, other } = scenario
  const head = ['figure', 'median', 'from–to', 'limit', '× limit', ...(other ? ['other', 'ours/other'] : [])]
  const rows = rowsOf(scenario).map((row) => [
    row.label,
    row.median,
    row.range,
    row.limit,
    row.ratio,
    ...(other ? [row.other, row.share] : []),
  ])
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const calls = Object.entries(ours.calls).map(([call, count]) => `${count} ${call}`)
  return [
    `#### ${title}`,
    '',
    `Scenario \`${name}\`.${calm ? '' : ' **Busy machine.**'}${calls.length === 0 ? '' : ` Calls: ${calls.join(', ')}.`}`,
    '',
    line(head),
    line(head.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n')
}
