import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Measured } from './result.ts'
import { spreadOf } from './statistics.ts'
import { printScenario, tableOf } from './table.ts'

const ours = { metrics: { wallMs: spreadOf([90, 100, 110]) }, calls: {}, notes: [] }
const alone: Measured = { title: 'Storm', limits: { wallMs: { value: 50, why: 'network' } }, ours }
const other = {
  name: 'the build before',
  metrics: { wallMs: spreadOf([200]) },
  calls: { 'sts AssumeRole': 1 },
  notes: [],
}

test('a table has the other program by its name, and ours as a share of it', () => {
  assert.deepEqual(tableOf(alone), [
    ['figure', 'median', 'from–to', 'limit', '× limit'],
    ['all done after', '100 ms', '90–110', '50 ms', '2.00'],
  ])
  assert.deepEqual(tableOf({ ...alone, other }), [
    ['figure', 'median', 'from–to', 'limit', '× limit', 'the build before', '× the build before'],
    ['all done after', '100 ms', '90–110', '50 ms', '2.00', '200 ms', '0.50'],
  ])
})

test('a terminal sees the name of the other program too', () => {
  assert.match(printScenario({ ...alone, other }), /calls \(the build before\): 1 × sts AssumeRole/)
})
