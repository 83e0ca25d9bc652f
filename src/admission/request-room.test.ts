import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequestRoom } from './request-room.ts'

const large = 200 * 2 ** 10
const { signal } = new AbortController()

/** Requests that have come, and stay until they are let go. */
function comeAll(count: number, bytes: number, room = createRequestRoom()) {
  const release = Promise.withResolvers<void>()
  let running = 0
  const ends = Array.from({ length: count }, () =>
    room
      .run(bytes, signal, () => {
        running += 1
        return release.promise
      })
      .then(
        () => 'ran',
        (error: { code: string }) => error.code,
      ),
  )
  return { room, ends, running: () => running, release: () => release.resolve() }
}

const turn = () => new Promise((resume) => setImmediate(resume))

test('large requests run as far as there is room, wait then, and are refused beyond that', async () => {
  const { room, ends, running, release } = comeAll(100, large)
  await turn()
  assert.equal(running(), 5)
  assert.equal(room.waiting, 5)
  release()
  const counts = Object.groupBy(await Promise.all(ends), (end) => end)
  assert.equal(counts.ran?.length, 10)
  assert.equal(counts.REQUESTS_EXCEED_MEMORY?.length, 90)
  assert.equal(await room.run(large, signal, async () => 'later'), 'later')
})

test('small requests wait for no large ones, and are not refused for them', async () => {
  const { room, ends, release } = comeAll(100, large)
  await turn()
  assert.ok(room.waiting > 0)
  assert.equal(await room.run(32 * 2 ** 10, signal, async () => 'small'), 'small')
  release()
  await Promise.all(ends)
})

test('small requests are bounded too', async () => {
  const { ends, release } = comeAll(300, 32 * 2 ** 10)
  release()
  const counts = Object.groupBy(await Promise.all(ends), (end) => end)
  assert.equal(counts.ran?.length, 192)
})

test('a request over the bound is refused, whether there is room or not', async () => {
  const { room, ends, release } = comeAll(100, large)
  for (const each of [room, createRequestRoom()]) {
    await assert.rejects(
      each.run(240 * 2 ** 10 + 1, signal, async () => 'ran'),
      { code: 'REQUEST_TOO_LARGE' },
    )
  }
  release()
  await Promise.all(ends)
})

test('who waits leaves at once with his signal, and his bytes with him', async () => {
  const { room, ends, release } = comeAll(8, large)
  await turn()
  const abort = new AbortController()
  const waits = room.run(large, abort.signal, async () => 'never')
  const before = room.waiting
  abort.abort(new Error('gone'))
  await assert.rejects(waits, { message: 'gone' })
  assert.equal(room.waiting, before - 1)
  release()
  await Promise.all(ends)
})
