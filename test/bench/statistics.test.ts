import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hasMoved, percentile, slopeOf, spreadOf } from './statistics.ts'

test('percentile() takes the nearest rank, and the mean of the middle two for a median', () => {
  const values = [4, 1, 3, 2]
  assert.equal(percentile(values, 50), 2.5)
  assert.equal(percentile(values, 95), 4)
  assert.equal(percentile(values, 25), 1)
  assert.equal(percentile([7], 99), 7)
  assert.ok(Number.isNaN(percentile([], 50)))
})

test('slopeOf() finds the growth under noise that cancels out', () => {
  assert.equal(slopeOf([0, 1, 2, 3].map((x) => [x, 5 + 2 * x])), 2)
  assert.equal(slopeOf([0, 1, 2, 3].map((x) => [x, 5])), 0)
  assert.equal(slopeOf([[1, 1]]), 0)
})

const moves: readonly (readonly [name: string, before: number[], now: number[], moved: boolean])[] = [
  ['overlapping ranges', [10, 11, 12], [11, 12, 13], false],
  ['ranges apart and far', [10, 11, 12], [20, 21, 22], true],
  ['ranges apart by less than 5 %', [100, 100, 100], [103, 103, 103], false],
  ['single measurements close to each other', [10], [12], false],
  ['single measurements far from each other', [10], [30], true],
  ['a fall as well as a rise', [20, 21, 22], [10, 11, 12], true],
]
for (const [name, before, now, moved] of moves) {
  test(`hasMoved() says ${moved} for ${name}`, () => {
    assert.equal(hasMoved(spreadOf(before), spreadOf(now)), moved)
  })
}
