import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answer, stagePool } from '../../../test/fixtures/pool-stage.ts'

test('requests one after the other go over one connection', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a')))
  for (let round = 0; round < 5; round += 1) assert.equal((await scene.ask()).body.toString(), 'a')
  assert.equal(scene.connections, 1)
})

test('requests at the same time never share a connection, and each gets its own answer', async (context) => {
  let served = 0
  const scene = await stagePool(context, (request, socket) => {
    assert.equal(request.match(/GET/g)?.length, 1)
    served += 1
    const path = /GET (\S+)/.exec(request)?.[1] ?? ''
    setImmediate(() => socket.write(answer(path)))
  })
  const paths = Array.from({ length: 100 }, (_, at) => `/${at}`)
  const replies = await Promise.all(paths.map((path) => scene.ask(path)))
  assert.deepEqual(
    replies.map(({ body }) => body.toString()),
    paths,
  )
  assert.equal(served, 100)
})

test('an answer that says close is the last of its connection', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(answer('a', 'connection: close\r\n')))
  await scene.ask()
  await scene.ask()
  assert.equal(scene.connections, 2)
})

const hints: readonly [header: string, restedMs: number, connections: number][] = [
  ['timeout=5', 3_999, 1],
  ['timeout=5', 4_000, 2],
  ['max=100, timeout=5', 4_000, 2],
  ['TIMEOUT="5"', 4_000, 2],
  ['timeout=1', 0, 2],
  ['timeout=0', 0, 2],
  ['max=100', 50_000, 1],
  ['timeout=soon', 50_000, 1],
]
for (const [header, restedMs, connections] of hints) {
  test(`after Keep-Alive: ${header} and ${restedMs} ms of rest the next request takes connection ${connections}`, async (context) => {
    const scene = await stagePool(context, (_, socket) =>
      socket.write(answer('a', `keep-alive: ${header}\r\n`)),
    )
    await scene.ask()
    scene.clock.advance(restedMs)
    await scene.ask()
    assert.equal(scene.connections, connections)
  })
}

test('bytes that nobody asked for cost the connection, and answer nobody', async (context) => {
  let evil = () => {}
  const scene = await stagePool(context, (_, socket, connection) => {
    socket.write(answer('good'))
    if (connection === 1) evil = () => socket.write(answer('evil'))
    else evil = () => {}
    socket.on('close', () => closed.push(connection))
  })
  const closed: number[] = []
  await scene.ask()
  evil()
  await scene.until(() => closed.length > 0)
  assert.equal((await scene.ask()).body.toString(), 'good')
  assert.equal(scene.connections, 2)
})

test('bytes behind an answer cost the connection', async (context) => {
  const scene = await stagePool(context, (_, socket) => socket.write(`${answer('good')}${answer('evil')}`))
  assert.equal((await scene.ask()).body.toString(), 'good')
  assert.equal((await scene.ask()).body.toString(), 'good')
  assert.equal(scene.connections, 2)
})

test('a server that hung up under a second request makes it stale, not failed', async (context) => {
  let requests = 0
  const scene = await stagePool(context, (_, socket) => {
    requests += 1
    if (requests === 1) socket.write(answer('a'))
    else socket.destroy()
  })
  await scene.ask()
  await assert.rejects(scene.ask(), { name: 'StaleSocketError' })
})

test('a server that hangs up under a first request, or in an answer, has failed it', async (context) => {
  const scene = await stagePool(context, (request, socket) => {
    if (request.includes('/begin')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')
    socket.end()
  })
  await assert.rejects(scene.ask('/'), { code: 'ECONNRESET' })
  await assert.rejects(scene.ask('/begin'), { code: 'ECONNRESET' })
})

test('what is no HTTP is refused, and its connection dropped', async (context) => {
  const scene = await stagePool(context, (_, socket, connection) =>
    socket.write(connection === 1 ? 'SSH-2.0\r\n\r\n' : answer('a')),
  )
  await assert.rejects(scene.ask(), { name: 'MalformedReply' })
  assert.equal((await scene.ask()).body.toString(), 'a')
})
