import { metricNames, metrics, shown } from './metrics.ts'
import type { Result } from './result.ts'
import { hasMoved } from './statistics.ts'

/** What moved beyond noise between two runs, one line each; the worse first. */
export function compare(before: Result, now: Result): readonly string[] {
  const lines = Object.entries(now.scenarios).flatMap(([name, { ours }]) => {
    const old = before.scenarios[name]?.ours.metrics ?? {}
    return metricNames.flatMap((metric) => {
      const [was, is] = [old[metric], ours.metrics[metric]]
      if (was === undefined || is === undefined || !hasMoved(was, is)) return []
      const { label, unit, better } = metrics[metric]
      const improved = is.median < was.median === (better === 'less')
      const change = was.median === 0 ? '' : ` (${percent(is.median / was.median - 1)})`
      const text = `${shown(was.median)} → ${shown(is.median)} ${unit}`.trimEnd()
      return [{ improved, line: `${improved ? 'better' : 'WORSE '}  ${name}, ${label}: ${text}${change}` }]
    })
  })
  return lines.toSorted((one, other) => Number(one.improved) - Number(other.improved)).map(({ line }) => line)
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(0)} %`
}
