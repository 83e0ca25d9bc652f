import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { answer } from '../../../test/fixtures/pool-stage.ts'
import { HttpConnection, type Wire } from './connection.ts'

const bounds = { totalMs: 5_000, maxBodyBytes: 1_000 }
const request = Buffer.from('GET / HTTP/1.1\r\n\r\n')

/** A connection whose peer the test plays. */
function connect() {
  const peer = new PassThrough()
  const sent: string[] = []
  const wire = Object.assign(peer, { ref() {}, unref() {} }) as unknown as Wire
  wire.write = ((bytes: Buffer) => sent.push(bytes.toString())) as never
  let closed = 0
  const connection = new HttpConnection(wire, () => {
    closed += 1
  })
  return { connection, peer, sent, closed: () => closed }
}

test('a request whose signal has aborted before ends at once, and nothing is sent', async () => {
  const { connection, sent } = connect()
  const signal = AbortSignal.abort(new Error('enough'))
  await assert.rejects(connection.send(request, { ...bounds, signal }), /enough/)
  assert.deepEqual(sent, [])
  assert.ok(connection.usable)
})

test('a request on a connection that has been closed meanwhile ends at once', async () => {
  const { connection, sent } = connect()
  connection.destroy()
  await assert.rejects(connection.send(request, bounds), { code: 'ECONNRESET' })
  assert.deepEqual(sent, [])
})

test('a connection carries one request at a time', async () => {
  const { connection, sent } = connect()
  const first = connection.send(request, bounds)
  await assert.rejects(connection.send(request, bounds))
  assert.equal(sent.length, 1)
  connection.destroy()
  await assert.rejects(first, { code: 'ECONNRESET' })
})

test('the end of a connection is told once', async () => {
  const { connection, peer, closed } = connect()
  const asked = connection.send(request, bounds)
  peer.emit('data', Buffer.from(answer('a', 'connection: close\r\n')))
  assert.equal((await asked).body.toString(), 'a')
  peer.emit('end')
  peer.emit('close')
  await turn()
  assert.equal(closed(), 1)
  assert.ok(!connection.usable)
})
