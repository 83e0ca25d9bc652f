import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequestRoom } from './request-room.ts'

const large = 200 * 2 ** 10
const { signal } = new AbortController()

/** In a container without a limit. */
const newRoom = () => createRequestRoom({ read: () => undefined })

/** Requests that have come, and stay until they are let go. */
function comeAll(count: number, bytes: number, room = newRoom()) {
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

/** Long enough for all large requests that may run to have had their turn. */
async function allTurns(): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resume) => setImmediate(resume))
}

test('large requests run as far as there is room, wait then, and are refused beyond that', async () => {
  const { room, ends, running, release } = comeAll(100, large)
  await allTurns()
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
  await allTurns()
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
  for (const each of [room, newRoom()]) {
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
  await allTurns()
  const abort = new AbortController()
  const waits = room.run(large, abort.signal, async () => 'never')
  const before = room.waiting
  abort.abort(new Error('gone'))
  await assert.rejects(waits, { message: 'gone' })
  assert.equal(room.waiting, before - 1)
  release()
  await Promise.all(ends)
})

test('large requests begin one by one, and others have turns of the event loop in between', async () => {
  const room = newRoom()
  const order: string[] = []
  let over = false
  const others = (async () => {
    while (!over) {
      await new Promise((resume) => setImmediate(resume))
      order.push('.')
    }
  })()
  await Promise.all(
    ['one', 'two', 'three'].map((name) => room.run(large, signal, async () => order.push(name))),
  )
  over = true
  await others
  assert.match(order.join(''), /^\.{9,}one\.{9,}two\.{9,}three/)
})

test('where many large requests have filled the memory no more are taken, pages of files left out; small ones are', async (context) => {
  const now = context.mock.method(performance, 'now', () => 0)
  const use = { used: 84, files: 0, garbage: 0 }
  let largeRequests = 20
  const room = createRequestRoom({
    read: () => ({ limit: 100, used: use.used, parts: () => ({ processes: 0, files: use.files }) }),
    largeRequests: () => largeRequests,
    collect() {
      use.used -= use.garbage
    },
  })
  const come = (bytes: number) => room.run(bytes, signal, async () => 'ran')
  await assert.rejects(come(large), { code: 'REQUESTS_EXCEED_MEMORY' })
  assert.equal(await come(32 * 2 ** 10), 'ran')
  use.files = 1
  assert.equal(await come(large), 'ran')
  use.files = 0
  use.garbage = 1
  const passTo = (time: number) => now.mock.mockImplementation(() => time)
  passTo(9_999)
  await assert.rejects(
    come(large),
    { code: 'REQUESTS_EXCEED_MEMORY' },
    'nothing had gone at the last collection',
  )
  passTo(10_000)
  assert.equal(await come(large), 'ran', 'once garbage has gone')
  use.used = 84
  await assert.rejects(come(large), { code: 'REQUESTS_EXCEED_MEMORY' }, 'it goes once a second')
  passTo(11_000)
  assert.equal(await come(large), 'ran')
  use.used = 83
  assert.equal(await come(large), 'ran')
  use.used = 99
  largeRequests = 19
  assert.equal(await come(large), 'ran')
})
