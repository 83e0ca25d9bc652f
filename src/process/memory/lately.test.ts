import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLately } from './lately.ts'

const rows = [
  ['at once', 0, 12, 7],
  ['within the time', 1_000, 12, 7],
  ['after it, up to twice the time', 1_001, 12, 7],
  ['much later', 2_001, 0, 0],
] as const
for (const [when, ms, sum, largest] of rows) {
  test(`what has come is known ${when}: ${sum} in all, ${largest} at most`, (context) => {
    const now = context.mock.method(performance, 'now', () => 0)
    const all = createLately(1_000, (one, other) => one + other)
    const most = createLately(1_000, Math.max)
    for (const value of [5, 7]) {
      all.add(value)
      most.add(value)
    }
    now.mock.mockImplementation(() => ms)
    assert.deepEqual([all.value, most.value], [sum, largest])
  })
}

test('each value is forgotten in its own time', (context) => {
  const now = context.mock.method(performance, 'now', () => 0)
  const most = createLately(1_000, Math.max)
  most.add(9)
  now.mock.mockImplementation(() => 1_500)
  most.add(4)
  assert.equal(most.value, 9)
  now.mock.mockImplementation(() => 2_600)
  assert.equal(most.value, 4)
})
