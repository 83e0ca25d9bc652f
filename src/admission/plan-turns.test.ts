import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlanTurns } from './plan-turns.ts'

const { signal } = new AbortController()
const large = 40_000
const roomForAll = async () => {}

test('large classes have a turn of the event loop each, between which others have theirs', async () => {
  const readInTurn = createPlanTurns(roomForAll)
  const order: string[] = []
  const read = ['one', 'two', 'three'].map((name) => readInTurn(large, signal, () => order.push(name)))
  let over = false
  const others = (async () => {
    while (!over) {
      await new Promise((resume) => setImmediate(resume))
      order.push('.')
    }
  })()
  await Promise.all(read)
  over = true
  await others
  assert.match(order.join(''), /^\.*one\.+two\.+three/)
})

test('a class of the usual size is read at once, whether there is room or not', () => {
  const readInTurn = createPlanTurns(() => assert.fail('asked for room'))
  assert.equal(
    readInTurn(20_000, signal, () => 'read'),
    'read',
  )
})

test('a large class is read when there is room, and not when its mount ends before', async () => {
  const asked = Promise.withResolvers<void>()
  const read: string[] = []
  const readInTurn = createPlanTurns((_characters, within) => {
    asked.resolve()
    return new Promise((_, refuse) => within.addEventListener('abort', () => refuse(within.reason)))
  })
  const abort = new AbortController()
  const first = readInTurn(large, abort.signal, () => read.push('first'))
  const second = readInTurn(large, abort.signal, () => read.push('second'))
  await asked.promise
  abort.abort(new Error('gone'))
  await assert.rejects(async () => second, { message: 'gone' })
  await assert.rejects(async () => first, { message: 'gone' })
  assert.deepEqual(read, [])
})

test('the next has its turn when one was refused', async () => {
  const answers = [() => Promise.reject(new Error('no room')), roomForAll]
  const readInTurn = createPlanTurns(async () => answers.shift()?.())
  const first = readInTurn(large, signal, () => 'first')
  const second = readInTurn(large, signal, () => 'second')
  await assert.rejects(async () => first, { message: 'no room' })
  assert.equal(await second, 'second')
})
