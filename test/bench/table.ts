import { type MetricName, metricNames, metrics, shown } from './metrics.ts'
import type { Figures, Measured } from './result.ts'
import type { Limit } from './scenario.ts'

/** One figure as cells, for whoever prints it. */
export interface Row {
  readonly label: string
  readonly median: string
  readonly range: string
  readonly limit: string
  /** How many times the limit; empty without one. */
  readonly ratio: string
  /** The other provider's median, and ours as a share of it. */
  readonly other: string
  readonly share: string
}

export function rowsOf({ ours, other, limits }: Measured): readonly Row[] {
  return metricNames.flatMap((name) => {
    const spread = ours.metrics[name]
    if (spread === undefined) return []
    const limit = limits[name]
    const theirs = other?.metrics[name]?.median
    return {
      label: metrics[name].label,
      median: withUnit(spread.median, name),
      range: spread.samples > 1 ? `${shown(spread.minimum)}–${shown(spread.maximum)}` : '',
      limit: limit === undefined ? '' : limitText(limit, name),
      ratio: ratioOf(spread.median, limit?.value),
      other: theirs === undefined ? '' : withUnit(theirs, name),
      share: ratioOf(spread.median, theirs),
    }
  })
}

/** A scenario for people at a terminal. */
export function printScenario(result: Measured): string {
  const { title, ours, other } = result
  const head = ['', 'median', 'from–to', 'limit', '× limit', ...(other ? ['other', 'ours/other'] : [])]
  const rows = rowsOf(result).map((row) => [
    row.label,
    row.median,
    row.range,
    row.limit,
    row.ratio,
    ...(other ? [row.other, row.share] : []),
  ])
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column] ?? 0)).join('  ')}`
  const calls = [callsText('ours', ours), ...(other ? [callsText('other', other)] : [])]
  return [`\n${title}`, line(head), ...rows.map(line), ...calls.filter((text) => text !== '')].join('\n')
}

function callsText(name: string, { calls, notes }: Figures): string {
  const counts = Object.entries(calls).map(([call, count]) => `${count} × ${call}`)
  return [
    ...(counts.length === 0 ? [] : [`  calls (${name}): ${counts.join(', ')}`]),
    ...notes.map((note) => `  ! ${name}: ${note.replaceAll('\n', ' / ')}`),
  ].join('\n')
}

function withUnit(value: number, name: MetricName): string {
  const { unit } = metrics[name]
  return unit === '' ? shown(value) : `${shown(value)} ${unit}`
}

function limitText({ value, why }: Limit, name: MetricName): string {
  return `${withUnit(value, name)}${why === 'budget' ? ' (budget)' : ''}`
}

function ratioOf(value: number, beside: number | undefined): string {
  return beside === undefined || beside === 0 ? '' : `${(value / beside).toFixed(2)}`
}
