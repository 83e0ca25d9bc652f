import { type MetricName, metricNames, metrics, shown } from './metrics.ts'
import type { Figures, Measured } from './result.ts'
import type { Limit } from './scenario.ts'

/** A table as cells: rows of columns, the head first. */
export type Table = readonly (readonly string[])[]

/** The figures of a scenario, a row each; where another program was measured, its median and ours as a share of it. */
export function tableOf({ ours, other, limits }: Measured): Table {
  const head = ['figure', 'median', 'from–to', 'limit', '× limit']
  const rows = metricNames.flatMap((name) => {
    const spread = ours.metrics[name]
    if (spread === undefined) return []
    const limit = limits[name]
    const theirs = other?.metrics[name]?.median
    const cells = [
      metrics[name].label,
      withUnit(spread.median, name),
      spread.samples > 1 ? `${shown(spread.minimum)}–${shown(spread.maximum)}` : '',
      limit === undefined ? '' : limitText(limit, name),
      ratioOf(spread.median, limit?.value),
    ]
    const beside = [theirs === undefined ? '' : withUnit(theirs, name), ratioOf(spread.median, theirs)]
    return [other === undefined ? cells : [...cells, ...beside]]
  })
  return [other === undefined ? head : [...head, other.name, `× ${other.name}`], ...rows]
}

/** A scenario for people at a terminal. */
export function printScenario(result: Measured): string {
  const { title, ours, other } = result
  const table = tableOf(result)
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: readonly string[]) =>
    `  ${row.map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column] ?? 0)).join('  ')}`
  const calls = [callsText('ours', ours), ...(other ? [callsText(other.name, other)] : [])]
  return [`\n${title}`, ...table.map(line), ...calls.filter((text) => text !== '')].join('\n')
}

function callsText(name: string, { calls, notes }: Figures): string {
  const counts = Object.entries(calls).map(([call, count]) => `${count} × ${call}`)
  return [
    ...(counts.length === 0 ? [] : [`  calls (${name}): ${counts.join(', ')}`]),
    ...notes.map((note) => `  ! ${name}: ${note.replaceAll('\n', ' / ')}`),
  ].join('\n')
}

export function withUnit(value: number, name: MetricName): string {
  const { unit } = metrics[name]
  return unit === '' ? shown(value) : `${shown(value)} ${unit}`
}

function limitText({ value, why }: Limit, name: MetricName): string {
  return `${withUnit(value, name)}${why === 'budget' ? ' (budget)' : ''}`
}

export function ratioOf(value: number, beside: number | undefined): string {
  return beside === undefined || beside === 0 ? '' : `${(value / beside).toFixed(2)}`
}
