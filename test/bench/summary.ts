import { type MetricName, metrics } from './metrics.ts'
import type { Result, ScenarioResult } from './result.ts'
import { hasMoved } from './statistics.ts'
import { ratioOf, type Table, withUnit } from './table.ts'

/** Ours beside one other program. */
export interface Summary {
  /** What the other program is called. */
  readonly name: string
  readonly table: Table
}

const aMount = ['firstMs', 'laterMs'] as const
/** By scenario, in the order of the table: the figures that a reader asks for first. Less is better for each. */
const figuresThatMatter: Readonly<Record<string, readonly MetricName[]>> = {
  storm: ['cpuSeconds', 'wallMs', 'anonMiB'],
  'storm-own': ['cpuSeconds', 'wallMs', 'anonMiB'],
  sweep: ['cpuSeconds', 'wallMs'],
  start: ['startMs', 'cpuSeconds'],
  'mount-1-secret': aMount,
  'mount-10-secrets': aMount,
  'mount-50-secrets': aMount,
  'mount-10-parameters': aMount,
  'mount-30-parameters': aMount,
  'mount-10-secrets-10-parameters': aMount,
  big: ['wallMs', 'anonMiB'],
  loop: ['cpuMsPerMount'],
  'confined-own': ['wallMs'],
}

/** A summary for each program that ours was measured beside; a ratio beyond noise is bold. */
export function summaries(scenarios: Result['scenarios']): readonly Summary[] {
  const rows = Object.entries(figuresThatMatter).flatMap(([name, wanted]) => {
    const scenario = scenarios[name]
    return scenario === undefined ? [] : rowsOf(name, scenario, wanted)
  })
  return [...Map.groupBy(rows, ({ beside }) => beside)].map(([name, group]) => ({
    name,
    table: [['scenario', 'figure', name, 'ours', 'ratio'], ...group.map(({ cells }) => cells)],
  }))
}

function rowsOf(name: string, scenario: ScenarioResult, wanted: readonly MetricName[]) {
  const { ours, other } = scenario
  if (other === undefined) return []
  return wanted.flatMap((metric) => {
    const [our, their] = [ours.metrics[metric], other.metrics[metric]]
    if (our === undefined || their === undefined) return []
    const ratio = ratioOf(our.median, their.median)
    const cells = [
      [`\`${name}\``, ...reservations(scenario)].join(', '),
      metrics[metric].label,
      withUnit(their.median, metric),
      withUnit(our.median, metric),
      hasMoved(their, our) ? `**${ratio}**` : ratio,
    ]
    return [{ beside: other.name, cells }]
  })
}

/** What takes weight from a scenario's figures. */
function reservations({ calm, ours, other }: ScenarioResult): readonly string[] {
  const failed = [{ name: 'ours', ...ours }, ...(other === undefined ? [] : [other])].flatMap(
    ({ name, metrics: { failures } }) => (failures?.maximum ? [`${failures.maximum} of ${name}`] : []),
  )
  return [
    ...(calm ? [] : ['busy machine']),
    ...(failed.length === 0 ? [] : [`failed mounts: ${failed.join(', ')}`]),
  ]
}
