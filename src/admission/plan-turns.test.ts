import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlanTurns } from './plan-turns.ts'

const { signal } = new AbortController()
const large = { objects: 'x'.repeat(40_000) }

test('large classes have a turn of the event loop each, between which others have theirs', async () => {
  const turnToPlan = createPlanTurns()
  const order: string[] = []
  const planned = ['one', 'two', 'three'].map((name) =>
    turnToPlan(large, signal)?.then(() => order.push(name)),
  )
  let over = false
  const others = (async () => {
    while (!over) {
      await new Promise((resume) => setImmediate(resume))
      order.push('.')
    }
  })()
  await Promise.all(planned)
  over = true
  await others
  assert.match(order.join(''), /^\.*one\.+two\.+three/)
})

test('a class of the usual size waits for nothing', () => {
  assert.equal(createPlanTurns()({ objects: '- {objectName: s}' }, signal), undefined)
})

test('who waits for his turn leaves at once with his signal', async () => {
  const turnToPlan = createPlanTurns()
  const first = turnToPlan(large, signal)
  const abort = new AbortController()
  const second = turnToPlan(large, abort.signal)
  abort.abort(new Error('gone'))
  await assert.rejects(async () => second, { message: 'gone' })
  await first
})
