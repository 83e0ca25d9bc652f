import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricName } from './metrics.ts'
import type { Figures, ScenarioResult } from './result.ts'
import { spreadOf } from './statistics.ts'
import { summaries } from './summary.ts'

type Values = Partial<Record<MetricName, readonly number[]>>

function figures(values: Values): Figures {
  const spreads = Object.entries(values).map(([name, numbers]) => [name, spreadOf(numbers)])
  return { metrics: Object.fromEntries(spreads), calls: {}, notes: [] }
}

function scenario(ours: Values, other?: Values, name = 'the build before', calm = true): ScenarioResult {
  const beside = other === undefined ? {} : { other: { name, ...figures(other) } }
  return { title: 'T', calm, limits: {}, ours: figures(ours), ...beside }
}

test('a summary has the figures that matter, and a ratio beyond noise in bold', () => {
  const start = scenario(
    { startMs: [99, 100, 101], cpuSeconds: [0.29, 0.3, 0.31], descriptors: [27] },
    { startMs: [199, 200, 201], cpuSeconds: [0.29, 0.31, 0.32], descriptors: [99] },
  )
  assert.deepEqual(summaries({ start }), [
    {
      name: 'the build before',
      table: [
        ['scenario', 'figure', 'the build before', 'ours', 'ratio'],
        ['`start`', 'start to first Version', '200 ms', '100 ms', '**0.50**'],
        ['`start`', 'CPU', '0.31 s', '0.30 s', '0.97'],
      ],
    },
  ])
})

test('a summary says where the machine was busy, and whose mounts failed', () => {
  const storm = scenario({ wallMs: [100], failures: [0] }, { wallMs: [50], failures: [3] }, 'theirs', false)
  assert.deepEqual(summaries({ storm })[0]?.table[1], [
    '`storm`, busy machine, failed mounts: 3 of theirs',
    'all done after',
    '50 ms',
    '100 ms',
    '**2.00**',
  ])
})

test('there is a summary for each program, and none where ours was measured alone', () => {
  assert.deepEqual(summaries({ start: scenario({ startMs: [1] }) }), [])
  assert.deepEqual(summaries({ endurance: scenario({ wallMs: [1] }, { wallMs: [1] }) }), [])
  const two = {
    storm: scenario({ wallMs: [1] }, { wallMs: [1] }, 'one'),
    sweep: scenario({ wallMs: [1] }, { wallMs: [1] }, 'two'),
  }
  assert.deepEqual(
    summaries(two).map(({ name, table }) => [name, table.length]),
    [
      ['one', 2],
      ['two', 2],
    ],
  )
})
