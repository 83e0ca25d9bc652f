import { type Bar, barChart, lineChart } from './chart.ts'
import { type MetricName, metrics } from './metrics.ts'
import type { Result } from './result.ts'
import type { Spread } from './statistics.ts'
import { ratioOf } from './table.ts'

/** A picture in docs/charts. */
export interface DrawnChart {
  readonly name: string
  readonly svg: string
  /** What it says, for who does not see it. */
  readonly words: string
}

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

/** The charts of the documentation, of these figures. */
export function drawCharts(scenarios: Result['scenarios']): readonly DrawnChart[] {
  return [...charts.map((chart) => drawBars(chart, scenarios)), ...drawEndurance(scenarios)]
}

function drawBars(chart: Chart, scenarios: Result['scenarios']): DrawnChart {
  const { name, title, metric } = chart
  const { unit } = metrics[metric]
  const bars = barsOf(chart, scenarios)
  const medians = bars.map((bar) => inWords(bar, unit))
  return {
    name,
    svg: barChart({ title, unit, bars }),
    words: `${title}. Medians: ${medians.join('; ')}`,
  }
}

function barsOf({ metric, scenarios: labels }: Chart, scenarios: Result['scenarios']): readonly Bar[] {
  return Object.entries(labels).flatMap(([name, label]): readonly Bar[] => {
    const scenario = scenarios[name]
    const ours = scenario?.ours.metrics[metric]
    if (scenario === undefined || ours === undefined) return []
    const [limit, theirs] = [scenario.limits[metric]?.value, scenario.other?.metrics[metric]]
    return [
      {
        label,
        ours,
        ...(scenario.other === undefined || theirs === undefined
          ? {}
          : { other: { name: scenario.other.name, ...theirs } }),
        ...(limit === undefined ? {} : { limit }),
      },
    ]
  })
}

function inWords({ label, ours, other }: Bar, unit: string): string {
  const median = (spread: Spread) => `${Number(spread.median.toPrecision(3))} ${unit}`
  const beside =
    other === undefined
      ? ''
      : ` (${other.name} ${median(other)}, ratio ${ratioOf(ours.median, other.median)})`
  return `${label} ${median(ours)}${beside}`
}

function drawEndurance({ endurance }: Result['scenarios']): readonly DrawnChart[] {
  const series = endurance?.ours.series
  if (series === undefined) return []
  const mib = series.map(([, anon]) => Math.round(anon))
  const ends = `from ${mib[0]} MiB at the first to ${mib.at(-1)} MiB after ${series.at(-1)?.[0]}, ${Math.max(...mib)} at most`
  const svg = lineChart({
    title: 'Memory that cannot be reclaimed, over many mounts',
    xLabel: 'mounts',
    yLabel: 'MiB',
    points: series.map(([mounts, anon]) => [mounts, anon] as const),
  })
  return [{ name: 'endurance', svg, words: `Memory over many mounts: ${ends}` }]
}
