import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createPlanTurns } from './plan-turns.ts'

const { signal } = new AbortController()
const large = 40_000
const roomForAll = async () => {}

function readingOf<T>(read: () => T, characters = large) {
  return { characters, isKnown: () => false, read, readInTurns: async () => read() }
}

test('large classes have a turn of the event loop each, between which others have theirs', async () => {
  const turns = createPlanTurns(roomForAll)
  const order: string[] = []
  const read = ['one', 'two', 'three'].map((name) =>
    turns.take(
      readingOf(() => order.push(name)),
      signal,
    ),
  )
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
  const turns = createPlanTurns(() => assert.fail('asked for room'))
  assert.equal(
    turns.take(
      readingOf(() => 'read', 20_000),
      signal,
    ),
    'read',
  )
})

test('a large class is read when there is room, and not when its mount ends before', async () => {
  const asked = Promise.withResolvers<void>()
  const read: string[] = []
  const turns = createPlanTurns((_characters, _until, within) => {
    asked.resolve()
    return new Promise((_, refuse) => within.addEventListener('abort', () => refuse(within.reason)))
  })
  const abort = new AbortController()
  const first = turns.take(
    readingOf(() => read.push('first')),
    abort.signal,
  )
  const second = turns.take(
    readingOf(() => read.push('second')),
    abort.signal,
  )
  await asked.promise
  abort.abort(new Error('gone'))
  await assert.rejects(async () => second, { message: 'gone' })
  await assert.rejects(async () => first, { message: 'gone' })
  assert.deepEqual(read, [])
})

test('the next has its turn when one was refused', async () => {
  const answers = [() => Promise.reject(new Error('no room')), roomForAll]
  const turns = createPlanTurns(async () => answers.shift()?.())
  const first = turns.take(
    readingOf(() => 'first'),
    signal,
  )
  const second = turns.take(
    readingOf(() => 'second'),
    signal,
  )
  await assert.rejects(async () => first, { message: 'no room' })
  assert.equal(await second, 'second')
})

test('who stands in line waits for room no longer than who came with him', async (context) => {
  const now = context.mock.method(performance, 'now', () => 1_000)
  const asked: number[] = []
  const turns = createPlanTurns(async (_characters, until) => {
    asked.push(until)
    now.mock.mockImplementation(() => 4_000)
  })
  await Promise.all(
    ['one', 'two'].map((name) =>
      turns.take(
        readingOf(() => name),
        signal,
      ),
    ),
  )
  assert.deepEqual(asked, [4_000, 4_000])
})

test('a class that another pod has brought meanwhile needs no room', async () => {
  const turns = createPlanTurns(async () => assert.fail('asked for room'))
  assert.equal(await turns.take({ ...readingOf(() => 'known'), isKnown: () => true }, signal), 'known')
})

test('who waits for a turn is counted', async () => {
  const turns = createPlanTurns(roomForAll)
  const both = ['one', 'two'].map((name) =>
    turns.take(
      readingOf(() => name),
      signal,
    ),
  )
  assert.equal(turns.waiting, 1)
  await Promise.all(both)
  assert.equal(turns.waiting, 0)
})

test('what is read is told when it has been, also when it was refused', async () => {
  const told: number[] = []
  const turns = createPlanTurns(roomForAll, (characters) => told.push(characters))
  let wasTold = true
  const read = () => {
    wasTold = told.length > 0
    return 'read'
  }
  await turns.take(readingOf(read), signal)
  assert.equal(wasTold, false)
  assert.deepEqual(told, [large])
  const refused = turns.take(
    readingOf(() => assert.fail('refused')),
    signal,
  )
  await assert.rejects(async () => refused, { message: 'refused' })
  assert.deepEqual(told, [large, large])
})
