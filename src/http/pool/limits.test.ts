import assert from 'node:assert/strict'
import type { Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { answer, stagePool } from '../../../test/fixtures/pool-stage.ts'

const large = 'x'.repeat(64 * 1024)
const most = 12

type Serve = (socket: Socket, request: string) => void

/** A pool whose host is known to give large replies. */
async function stageLarge(context: TestContext, serve: Serve) {
  let isKnown = false
  const scene = await stagePool(
    context,
    (request, socket) => (isKnown ? serve(socket, request) : socket.write(answer(large))),
    { maxBodyBytes: 100_000 },
  )
  for (let round = 0; round < 10; round += 1) await scene.ask()
  isKnown = true
  return scene
}

test('where replies are large, a few connections must do', async (context) => {
  const scene = await stageLarge(context, (socket) => socket.write(answer(large)))
  const replies = await Promise.all(Array.from({ length: 60 }, () => scene.ask()))
  assert.ok(replies.every((reply) => reply.body.length === large.length))
  assert.ok(scene.connections <= most, `${scene.connections} connections`)
})

const ends: readonly [sentence: string, serve: Serve][] = [
  ['that the server closes', (socket) => socket.end(answer(large, 'connection: close\r\n'))],
  ['that say Connection: close', (socket) => socket.write(answer(large, 'connection: close\r\n'))],
  ['with a reply that ends with them', (socket) => socket.end(`HTTP/1.1 200 OK\r\n\r\n${large}`)],
]
for (const [sentence, serve] of ends) {
  test(`connections ${sentence} are replaced while others wait for one of the few`, async (context) => {
    const scene = await stageLarge(context, serve)
    const replies = await Promise.all(Array.from({ length: 60 }, () => scene.ask()))
    assert.equal(replies.length, 60)
  })
}

test('connections that are reset are replaced while others wait for one of the few', async (context) => {
  let requests = 0
  const scene = await stageLarge(context, (socket) => {
    requests += 1
    if (requests <= 20) socket.resetAndDestroy()
    else socket.write(answer(large))
  })
  const asked = await Promise.allSettled(Array.from({ length: 60 }, () => scene.ask()))
  assert.equal(asked.filter(({ status }) => status === 'fulfilled').length, 40)
})

test('connections of requests that are given up are replaced while others wait for one of the few', async (context) => {
  let silent = 0
  const scene = await stageLarge(context, (socket, request) => {
    if (request.includes('/silent')) silent += 1
    else socket.write(answer(large))
  })
  const abort = new AbortController()
  const held = Promise.allSettled(Array.from({ length: most }, () => scene.ask('/silent', abort.signal)))
  const waiting = Array.from({ length: 30 }, () => scene.ask())
  await scene.until(() => silent === most)
  abort.abort(new Error('enough'))
  await held
  assert.equal((await Promise.all(waiting)).length, 30)
})

test('the time of a request begins when it has a connection: our own queue is no silence', async (context) => {
  const sockets: Socket[] = []
  const scene = await stageLarge(context, (socket) => sockets.push(socket))
  const begun: number[] = []
  const asked = Array.from({ length: most + 1 }, (_, at) =>
    scene.ask('/', undefined, 'host', () => begun.push(at)),
  )
  await scene.until(() => sockets.length === most)
  assert.equal(begun.length, most)
  scene.clock.advance(4_999)
  sockets[0]?.write(answer(large))
  await scene.until(() => sockets.length === most + 1)
  assert.equal(begun.length, most + 1)
  scene.clock.advance(4_999)
  sockets[most]?.write(answer(large))
  const ended = await Promise.allSettled(asked)
  const silent = ended.flatMap((each) => (each.status === 'rejected' ? [each.reason.name] : []))
  assert.deepEqual(
    silent,
    Array.from({ length: most - 1 }, () => 'SilenceError'),
  )
})
