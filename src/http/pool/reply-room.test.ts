import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { createFakeClock } from '../../../test/fixtures/fake-clock.ts'
import { answer, stagePool } from '../../../test/fixtures/pool-stage.ts'
import { HttpConnection, type Wire } from './connection.ts'
import { ReplyRoom } from './reply-room.ts'

test('there is room for so many bytes; the others come in the order in which they came', () => {
  const room = new ReplyRoom(10)
  const inside: string[] = []
  const come = (name: string, bytes: number) => room.enter(bytes, () => inside.push(name))
  const leave = [come('a', 6), come('b', 4), come('c', 7), come('d', 1)]
  assert.deepEqual(inside, ['a', 'b'])
  leave[1]?.()
  assert.deepEqual(inside, ['a', 'b'])
  leave[0]?.()
  leave[0]?.()
  assert.deepEqual(inside, ['a', 'b', 'c', 'd'])
  const all = come('larger than all', 99)
  leave[2]?.()
  assert.equal(inside.length, 4)
  leave[3]?.()
  assert.equal(inside.at(-1), 'larger than all')
  const gone = come('gone', 1)
  gone()
  all()
  assert.equal(inside.includes('gone'), false)
  come('last', 10)
  assert.equal(inside.at(-1), 'last')
})

const kib = 1024
const body = 'x'.repeat(200 * kib)
const half = body.length / 2

/** Counts all that has come to it. */
class CountingRoom extends ReplyRoom {
  entered = 0

  override enter(bytes: number, go: () => void): () => void {
    this.entered += 1
    return super.enter(bytes, go)
  }
}

/** A host that gives half of each large reply, and the rest when it is told. */
async function stageLarge(context: TestContext, head: string) {
  const room = new CountingRoom(450 * kib)
  const rests: (() => void)[] = []
  const text = `HTTP/1.1 200 OK\r\n${head}\r\n\r\n${body}`
  const scene = await stagePool(
    context,
    (request, socket: Socket) => {
      if (request.includes('/small')) return void socket.write(answer('small'))
      socket.write(text.slice(0, -half))
      rests.push(() =>
        head.includes('close') ? socket.end(text.slice(-half)) : socket.write(text.slice(-half)),
      )
    },
    { maxBodyBytes: 250 * kib, replies: room },
  )
  return { ...scene, rests, room }
}

for (const head of [`content-length: ${body.length}`, 'connection: close']) {
  test(`large replies are read while there is room, small ones always (${head})`, async (context) => {
    const scene = await stageLarge(context, head)
    let read = 0
    const asked = Array.from({ length: 5 }, async () => {
      const reply = await scene.ask()
      read += 1
      return reply
    })
    await scene.until(() => scene.rests.length === 5)
    for (const send of scene.rests) send()
    assert.equal((await scene.ask('/small')).body.toString(), 'small')
    const replies = await Promise.all(asked)
    assert.ok(replies.every((reply) => reply.body.toString() === body))
    assert.equal(read, 5)
  })
}

test('a peer is not silent while its reply waits for room, and is once there is some', async (context) => {
  const scene = await stageLarge(context, `content-length: ${body.length}`)
  const leave = scene.room.enter(450 * kib, () => {})
  const asked = [scene.ask(), scene.ask()]
  await scene.until(() => scene.room.entered === 3)
  scene.clock.advance(60_000)
  leave()
  scene.rests[0]?.()
  assert.equal((await Promise.race(asked)).body.toString(), body)
  scene.clock.advance(6_000)
  const ends = await Promise.allSettled(asked)
  assert.deepEqual(ends.map((end) => (end.status === 'rejected' ? end.reason.name : 'read')).toSorted(), [
    'SilenceError',
    'read',
  ])
})

test('whoever gives up while his reply waits for room lets the next one in', async (context) => {
  const scene = await stageLarge(context, `content-length: ${body.length}`)
  const leave = scene.room.enter(450 * kib, () => {})
  const leaving = new AbortController()
  const gone = scene.ask('/', leaving.signal)
  const stays = scene.ask()
  await scene.until(() => scene.room.entered === 3)
  for (const send of scene.rests) send()
  leaving.abort(new Error('enough'))
  await assert.rejects(gone, /enough/)
  leave()
  assert.equal((await stays).body.toString(), body)
})

/** A socket that hands on what it has although it is paused, as one of TLS does. */
function stageWire(room: ReplyRoom) {
  const wire: Wire = Object.assign(new Duplex({ read() {}, write: (_, __, done) => done() }), {
    ref() {},
    unref() {},
  })
  return { wire, connection: new HttpConnection(wire, () => {}, createFakeClock(), room) }
}

const bounds = { totalMs: 1_000, maxBodyBytes: 1_000 * kib }

test('a reply that is whole before there is room for it leaves its connection ready for the next', async () => {
  const room = new ReplyRoom(450 * kib)
  room.enter(450 * kib, () => {})
  const { wire, connection } = stageWire(room)
  const asked = connection.send(Buffer.from('one'), bounds)
  wire.emit('data', Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\nx`))
  assert.ok(wire.isPaused())
  wire.emit('data', Buffer.from(body.slice(1)))
  assert.equal((await asked).body.toString(), body)
  assert.equal(wire.isPaused(), false)
  assert.ok(connection.usable)
})

test('what came of a reply that nobody waits for any more is given back', async (context) => {
  const { wire, connection } = stageWire(new ReplyRoom(450 * kib))
  const leaving = new AbortController()
  const asked = connection.send(Buffer.from('one'), { ...bounds, signal: leaving.signal })
  wire.emit('data', Buffer.from(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\nx`))
  const given: number[] = []
  const { transfer } = ArrayBuffer.prototype
  context.after(() => {
    ArrayBuffer.prototype.transfer = transfer
  })
  ArrayBuffer.prototype.transfer = function (length) {
    given.push(this.byteLength)
    return transfer.call(this, length)
  }
  leaving.abort(new Error('enough'))
  await assert.rejects(asked, /enough/)
  assert.deepEqual(given, [body.length])
})
