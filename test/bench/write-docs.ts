import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Bar, barChart, lineChart } from './chart.ts'
import { type MetricName, metrics } from './metrics.ts'
import type { Result, ScenarioResult } from './result.ts'
import { tableOf } from './table.ts'

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
  /** Scenarios by name, and what each is in words. */
  readonly scenarios: Readonly<Record<string, string>>
}

const charts: readonly Chart[] = [
  {
    name: 'mounts',
    title: 'One pod at a time, with credentials at hand: time of a mount',
    metric: 'laterMs',
    scenarios: {
      'mount-1-secret': '1 secret',
      'mount-10-secrets': '10 secrets',
      'mount-50-secrets': '50 secrets',
      'mount-10-parameters': '10 parameters',
      'mount-30-parameters': '30 parameters',
      'mount-10-secrets-10-parameters': '10 secrets and 10 parameters',
    },
  },
  {
    name: 'storm',
    title: '110 pods with 20 secrets each: time until all are done',
    metric: 'wallMs',
    scenarios: {
      storm: 'all start at once',
      'storm-freed': 'no limit on Kubernetes calls',
      'storm-own': 'the same, no secret shared',
      sweep: 'rotation, nothing changed',
      'sweep-changed': 'rotation, 1 in 20 changed',
    },
  },
  {
    name: 'failover',
    title: 'Failover, 5 secrets: time of mounts after the first',
    metric: 'laterMs',
    scenarios: {
      'failover-healthy': 'both regions healthy',
      'failover-black-hole': 'first swallows every packet',
      'failover-hang': 'first accepts, never answers',
      'failover-500': 'first answers 500',
      'failover-refuse': 'first refuses connections',
      'failover-throttle': 'first throttles',
    },
  },
  {
    name: 'memory',
    title: 'Peak of memory that cannot be reclaimed',
    metric: 'anonMiB',
    scenarios: {
      'mount-50-secrets': 'one pod, 50 secrets',
      storm: '110 pods at once',
      sweep: 'rotation of 110 pods',
      loop: '32 callers without a pause',
      big: '40 secrets of 64 KiB',
      'big-eight': 'the same for 8 pods at once',
      'confined-memory': 'everything, inside 100 MiB',
    },
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

function draw(chart: Chart): string {
  return barChart({ title: chart.title, unit: metrics[chart.metric].unit, bars: barsOf(chart) })
}

function barsOf({ metric, scenarios }: Chart): readonly Bar[] {
  return Object.entries(scenarios).flatMap(([name, label]): readonly Bar[] => {
    const scenario = result.scenarios[name]
    const spread = scenario?.ours.metrics[metric]
    if (scenario === undefined || spread === undefined) return []
    const [limit, other] = [scenario.limits[metric]?.value, scenario.other?.metrics[metric]?.median]
    const { minimum, median: value, maximum } = spread
    return [{ label, value, minimum, maximum, ...present({ limit, other }) }]
  })
}

/** What a picture says, for who does not see it. */
function inWords(chart: Chart): string {
  const { unit } = metrics[chart.metric]
  const bars = barsOf(chart).map(({ label, value }) => `${label} ${Number(value.toPrecision(3))} ${unit}`)
  return `${chart.title}. Medians: ${bars.join('; ')}`
}

function present(values: Readonly<Record<'limit' | 'other', number | undefined>>) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

function drawEndurance(): readonly (readonly [string, string])[] {
  const series = result.scenarios.endurance?.ours.series
  if (series === undefined) return []
  const points = series.map(([mounts, anon]) => [mounts, anon] as const)
  const chart = {
    title: 'Memory that cannot be reclaimed, over many mounts',
    xLabel: 'mounts',
    yLabel: 'MiB',
    points,
  }
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
  const drawn = [...outputsOfCharts()].map(([path, words]) => `![${words}](${path.replace('docs/', '')})`)
  return [
    `Measured ${date} on ${cores} × ${cpu}, Linux ${kernel}. ${load}`,
    ...drawn,
    ...Object.entries(result.scenarios).map(([name, scenario]) => section(name, scenario)),
  ].join('\n\n')
}

function outputsOfCharts(): readonly (readonly [path: string, words: string])[] {
  const series = result.scenarios.endurance?.ours.series ?? []
  const mib = series.map(([, anon]) => Math.round(anon))
  const ends = `from ${mib[0]} MiB at the first to ${mib.at(-1)} MiB after ${series.at(-1)?.[0]}, ${Math.max(...mib)} at most`
  const endurance = series.length === 0 ? [] : [['endurance', `Memory over many mounts: ${ends}`] as const]
  return [...charts.map((chart) => [chart.name, inWords(chart)] as const), ...endurance].map(
    ([name, words]) => [`docs/charts/${name}.svg`, words] as const,
  )
}

function section(name: string, scenario: ScenarioResult): string {
  const { title, calm, ours } = scenario
  const [head = [], ...rows] = tableOf(scenario)
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
