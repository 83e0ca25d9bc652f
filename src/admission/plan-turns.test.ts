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

test('after a class that was long to read, others have the event loop four times as long', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  const turnToPlan = createPlanTurns()
  const turns = async () => {
    for (let turn = 0; turn < 30; turn += 1) await new Promise((resume) => setImmediate(resume))
  }
  const order: string[] = []
  const first = turnToPlan(large, signal)?.then(() => {
    for (const begun = performance.now(); performance.now() - begun < 50; );
    order.push('one')
  })
  const second = turnToPlan(large, signal)?.then(() => order.push('two'))
  await turns()
  context.mock.timers.tick(50)
  await first
  await turns()
  context.mock.timers.tick(199)
  await turns()
  assert.deepEqual(order, ['one'])
  context.mock.timers.tick(10_000)
  await second
  assert.deepEqual(order, ['one', 'two'])
})
