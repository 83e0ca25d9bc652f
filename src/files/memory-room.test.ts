import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ProviderError } from '../errors/provider-error.ts'
import { Sensitive } from '../process/sensitive.ts'
import { createMemoryRoom } from './memory-room.ts'

const mebibyte = 2 ** 20

/** So many files of one byte, or of so many. */
function files(count: number, bytes = 1) {
  const content = new Sensitive(new Uint8Array(bytes))
  return Array.from({ length: count }, (_, at) => ({ path: `f${at}`, mode: 0o644, version: '1', content }))
}

/** A limit of 100 MiB, of which 55 are kept for the process. */
function roomOf(use: { volumes: number; processes?: number; files?: number; garbage?: number }) {
  let { processes = 30 * mebibyte } = use
  const { volumes, files = 0 } = use
  let collections = 0
  const room = createMemoryRoom({
    read: () => ({
      limit: 100 * mebibyte,
      used: processes + volumes + files,
      parts: () => ({ processes, files }),
    }),
    collect() {
      collections += 1
      processes -= use.garbage ?? 0
    },
  })
  return { room, collections: () => collections }
}

test('files are let in while they fit, each with a page and what goes with it', () => {
  const { room } = roomOf({ volumes: 29 * mebibyte })
  room.hold(files(2_340))()
  assert.throws(
    () => room.hold(files(2_341)),
    (error: unknown) => {
      assert.ok(error instanceof ProviderError)
      assert.equal(error.code, 'VOLUME_EXCEEDS_MEMORY')
      assert.match(
        error.message,
        /^2341 files take 16\.0 MiB, .* limit of 100\.0 MiB .*--driver-writes-secrets/,
      )
      assert.deepEqual(error.log, { memoryUsed: 59 * mebibyte, memoryHeld: 0 })
      return true
    },
  )
})

test('what others are writing counts until it is let go', () => {
  const { room } = roomOf({ volumes: 29 * mebibyte })
  const leave = room.hold(files(1, 9 * mebibyte))
  assert.throws(() => room.hold(files(1, 9 * mebibyte)), { code: 'VOLUME_EXCEEDS_MEMORY' })
  leave()
  leave()
  room.hold(files(1, 9 * mebibyte))
  assert.throws(() => room.hold(files(1, 9 * mebibyte)), { code: 'VOLUME_EXCEEDS_MEMORY' })
})

test('pages of files count as free, and garbage is collected before anything is refused', () => {
  const cached = roomOf({ volumes: 20 * mebibyte, files: 45 * mebibyte })
  cached.room.hold(files(10))
  assert.equal(cached.collections(), 0)
  const littered = roomOf({ volumes: 20 * mebibyte, processes: 79 * mebibyte, garbage: 40 * mebibyte })
  littered.room.hold(files(10))
  assert.equal(littered.collections(), 1)
})

test('for a large set that finds no room garbage is collected every five seconds at most', (context) => {
  const now = context.mock.method(performance, 'now', () => 0)
  const { room, collections } = roomOf({ volumes: 29 * mebibyte })
  const refuse = (bytes: number) =>
    assert.throws(() => room.hold(files(1, bytes)), { code: 'VOLUME_EXCEEDS_MEMORY' })
  refuse(50 * mebibyte)
  refuse(50 * mebibyte)
  assert.equal(collections(), 1)
  now.mock.mockImplementation(() => 5_000)
  refuse(50 * mebibyte)
  assert.equal(collections(), 2)
})

test('a process that takes more than is kept for it leaves less, and a large set leaves room beside itself', () => {
  const { room } = roomOf({ volumes: 20 * mebibyte, processes: 62 * mebibyte })
  room.hold(files(1, 7 * mebibyte))()
  assert.throws(() => room.hold(files(1, 9 * mebibyte)), { code: 'VOLUME_EXCEEDS_MEMORY' })
})

test('a small set waits a while for the end of a burst, a large one does not', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => context.mock.timers.reset())
  const { signal } = new AbortController()
  const use = { processes: 90 * mebibyte }
  const room = createMemoryRoom({
    read: () => ({
      limit: 100 * mebibyte,
      used: use.processes + 9 * mebibyte,
      parts: () => ({ processes: use.processes, files: 0 }),
    }),
    collect() {},
  })
  const refused = { code: 'VOLUME_EXCEEDS_MEMORY' }
  const laterLooks = async (looks: number) => {
    for (let look = 0; look < looks; look += 1) {
      await turn()
      context.mock.timers.tick(100)
    }
    await turn()
  }
  await assert.rejects(room.holdSoon(files(1, 2 * mebibyte), signal), refused)
  const small = room.holdSoon(files(20), signal)
  await laterLooks(9)
  use.processes = 60 * mebibyte
  await laterLooks(1)
  const leave = await small
  leave()
  use.processes = 90 * mebibyte
  const four = Array.from({ length: 4 }, () => assert.rejects(room.holdSoon(files(20), signal), refused))
  await assert.rejects(room.holdSoon(files(20), signal), refused, 'the fifth does not wait')
  await laterLooks(10)
  await Promise.all(four)
  const refusedInTheEnd = assert.rejects(room.holdSoon(files(20), signal), refused)
  await laterLooks(10)
  await refusedInTheEnd
})

test('a small set needs little beside itself', () => {
  const { room } = roomOf({ volumes: 20 * mebibyte, processes: 77 * mebibyte })
  room.hold(files(20))()
  assert.throws(() => room.hold(files(300)), { code: 'VOLUME_EXCEEDS_MEMORY' })
})

test('of a small limit the process keeps a share', () => {
  const limit = 40 * mebibyte
  const parts = () => ({ processes: 10 * mebibyte, files: 0 })
  const room = createMemoryRoom({ read: () => ({ limit, used: 10 * mebibyte, parts }), collect() {} })
  room.hold(files(1, 17 * mebibyte))()
  assert.throws(() => room.hold(files(1, 18 * mebibyte)), { code: 'VOLUME_EXCEEDS_MEMORY' })
})

test('an answer to the driver takes its bytes three times', () => {
  const { room } = roomOf({ volumes: 29 * mebibyte })
  room.check(files(1, 5 * mebibyte))
  assert.throws(() => room.check(files(1, 6 * mebibyte)), /raise the limit, or mount fewer files/)
})

test('without a limit everything fits', () => {
  const room = createMemoryRoom({ read: () => undefined, collect() {} })
  room.hold(files(1, 200 * mebibyte))
})

test('for a minute a large set must leave room for what the process took before garbage was collected', (context) => {
  const now = context.mock.method(performance, 'now', () => 0)
  const { room } = roomOf({ volumes: 15 * mebibyte, processes: 75 * mebibyte, garbage: 25 * mebibyte })
  assert.throws(() => room.hold(files(1, 9 * mebibyte)), { code: 'VOLUME_EXCEEDS_MEMORY' })
  room.hold(files(20))()
  now.mock.mockImplementation(() => 61_000)
  assert.throws(
    () => room.hold(files(1, 9 * mebibyte)),
    { code: 'VOLUME_EXCEEDS_MEMORY' },
    'nor right after it',
  )
  now.mock.mockImplementation(() => 130_000)
  room.hold(files(1, 9 * mebibyte))
})

test('where many large requests come, a large set must leave more room', () => {
  let largeRequests = 19
  const parts = () => ({ processes: 60 * mebibyte, files: 0 })
  const room = createMemoryRoom({
    read: () => ({ limit: 100 * mebibyte, used: 75 * mebibyte, parts }),
    collect() {},
    largeRequests: () => largeRequests,
  })
  room.hold(files(1, 4 * mebibyte))()
  largeRequests = 20
  assert.throws(() => room.hold(files(1, 4 * mebibyte)), { code: 'VOLUME_EXCEEDS_MEMORY' })
  room.hold(files(20))()
})
