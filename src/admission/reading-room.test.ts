import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { createReadingRoom } from './reading-room.ts'

const mib = 2 ** 20
const { signal } = new AbortController()
const refused = { code: 'OBJECTS_EXCEED_MEMORY' }

interface Container {
  readonly used: number
  readonly files?: number
  readonly garbage?: number
  readonly freeInHeap?: number
}

/** A container of 100 MiB, where a collection frees so much. */
function container(context: TestContext, { used, files = 0, garbage = 0, freeInHeap = 0 }: Container) {
  let now = 0
  context.mock.method(performance, 'now', () => now)
  context.mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => context.mock.timers.reset())
  const state = { used, collections: 0 }
  const awaitRoom = createReadingRoom({
    read: () => ({
      limit: 100 * mib,
      used: state.used * mib,
      parts: () => ({ processes: 0, files: files * mib }),
    }),
    collect() {
      state.collections += 1
      state.used -= garbage
    },
    freeInHeap: () => freeInHeap * mib,
  })
  const pass = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += 200) {
      await turn()
      now += 200
      context.mock.timers.tick(200)
    }
    await turn()
  }
  return { state, awaitRoom, pass }
}

const roomy: readonly (readonly [what: string, container: Container, collections: number])[] = [
  ['where there is room, pages of files left out', { used: 95, files: 30 }, 0],
  ['in the room that V8 keeps for its objects', { used: 85, freeInHeap: 14 }, 0],
  ['once garbage has gone', { used: 85, garbage: 20 }, 1],
]
for (const [what, given, collections] of roomy) {
  test(`a large class is read ${what}`, async (context) => {
    const { state, awaitRoom } = container(context, given)
    await awaitRoom(100_000, 3_000, signal)
    assert.equal(state.collections, collections)
  })
}

test('what V8 keeps is no room for others', async (context) => {
  const { awaitRoom } = container(context, { used: 89, freeInHeap: 40 })
  await assert.rejects(awaitRoom(100_000, 0, signal), refused)
})

test('else it waits for the end of a burst', async (context) => {
  const { state, awaitRoom, pass } = container(context, { used: 85 })
  let isOver = false
  const waits = awaitRoom(100_000, 3_000, signal).then(() => {
    isOver = true
  })
  await pass(2_000)
  assert.equal(isOver, false)
  state.used = 60
  await pass(200)
  await waits
  assert.equal(state.collections, 2, 'at the first look, and after two seconds since it did not help')
})

test('when its time is over it is refused, whatever its size; who comes later looks once, and collects nothing anew', async (context) => {
  const { state, awaitRoom, pass } = container(context, { used: 85 })
  const waits = assert.rejects(awaitRoom(100_000, 2_900, signal), refused)
  await pass(3_000)
  await waits
  assert.equal(state.collections, 2)
  state.collections = 0
  await assert.rejects(awaitRoom(262_144, 2_900, signal), refused)
  assert.equal(state.collections, 0)
})

test('a class that needs less than the one that was refused has a collection of its own', async (context) => {
  const { state, awaitRoom, pass } = container(context, { used: 90, garbage: 30 })
  state.used = 120
  await assert.rejects(awaitRoom(262_144, 0, signal), refused)
  assert.equal(state.collections, 1)
  const waits = awaitRoom(40_000, 3_000, signal)
  await pass(1_000)
  await waits
  assert.equal(state.collections, 2)
})

test('who waits leaves at once with his signal', async (context) => {
  const { awaitRoom } = container(context, { used: 85 })
  const abort = new AbortController()
  const waits = assert.rejects(awaitRoom(100_000, 3_000, abort.signal), { message: 'gone' })
  await turn()
  abort.abort(new Error('gone'))
  await waits
})

test('without a limit all are read', async () => {
  await createReadingRoom({ read: () => undefined, collect: assert.fail })(262_144, 0, signal)
})
