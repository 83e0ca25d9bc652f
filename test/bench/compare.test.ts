import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compare } from './compare.ts'
import type { MetricName } from './metrics.ts'
import type { Result } from './result.ts'
import { spreadOf } from './statistics.ts'

function run(calm: boolean, metrics: Partial<Record<MetricName, readonly number[]>>): Result {
  const spreads = Object.entries(metrics).map(([name, values]) => [name, spreadOf(values)])
  const ours = { metrics: Object.fromEntries(spreads), calls: {}, notes: [] }
  const machine = { date: '2026-01-01', cpu: 'any', cores: 2, kernel: '6', loadBefore: 0, calm }
  return { machine, latency: {}, scenarios: { storm: { title: 'Storm', limits: {}, calm, ours } } }
}

test('compare() names what got worse first, whichever way is better for a figure', () => {
  const before = run(true, { wallMs: [100, 101, 102], mountsPerSecond: [50, 51, 52], failures: [0, 0, 0] })
  const now = run(true, { wallMs: [50, 51, 52], mountsPerSecond: [20, 21, 22], failures: [0, 0, 0] })
  assert.deepEqual(compare(before, now), {
    moved: [
      'WORSE   storm, mounts a second: 51 → 21 /s (-59 %)',
      'better  storm, all done after: 101 → 51 ms (-50 %)',
    ],
    timesLeftOut: false,
  })
})

test('compare() leaves times out when a machine was busy, and nothing else', () => {
  const before = run(true, { wallMs: [100, 101, 102], anonMiB: [40, 41, 42] })
  const now = run(false, { wallMs: [500, 501, 502], anonMiB: [80, 81, 82] })
  assert.deepEqual(compare(before, now), {
    moved: ['WORSE   storm, anonymous memory, peak: 41 → 81 MiB (+98 %)'],
    timesLeftOut: true,
  })
})
