import { type MetricName, metricNames, metrics, shown } from './metrics.ts'
import type { Result, ScenarioResult } from './result.ts'
import { hasMoved } from './statistics.ts'

export interface Comparison {
  /** What moved beyond noise, one line each; the worse first. */
  readonly moved: readonly string[]
  /** Whether times of some scenario say nothing, because a run was on a busy or another machine. */
  readonly timesLeftOut: boolean
}

/** Compares a run with an earlier one. */
export function compare(before: Result, now: Result): Comparison {
  const pairs = Object.entries(now.scenarios).flatMap(([name, young]) => {
    const old = before.scenarios[name]
    if (old === undefined) return []
    return [{ name, old, young, timed: old.calm && young.calm && before.machine.cpu === now.machine.cpu }]
  })
  const moves = pairs.flatMap(({ name, old, young, timed }) => movesOf(name, old, young, timed))
  return {
    moved: moves
      .toSorted((one, other) => Number(one.improved) - Number(other.improved))
      .map(({ line }) => line),
    timesLeftOut: pairs.some(({ timed }) => !timed),
  }
}

function movesOf(name: string, old: ScenarioResult, young: ScenarioResult, timed: boolean) {
  return metricNames.flatMap((metric) => {
    const [was, is] = [old.ours.metrics[metric], young.ours.metrics[metric]]
    if (was === undefined || is === undefined || !hasMoved(was, is)) return []
    if (isTime(metric) && !timed) return []
    const { label, unit, better } = metrics[metric]
    const improved = is.median < was.median === (better === 'less')
    const change = was.median === 0 ? '' : ` (${percent(is.median / was.median - 1)})`
    const text = `${shown(was.median)} → ${shown(is.median)} ${unit}`.trimEnd()
    return [{ improved, line: `${improved ? 'better' : 'WORSE '}  ${name}, ${label}: ${text}${change}` }]
  })
}

function isTime(metric: MetricName): boolean {
  return ['ms', 's', '/s'].includes(metrics[metric].unit)
}

function percent(share: number): string {
  return `${share > 0 ? '+' : ''}${(share * 100).toFixed(0)} %`
}
