import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConnectionPool, type Opening } from './connection-pool.ts'
import { requestBytes } from './request-bytes.ts'

type Serve = (request: string, socket: net.Socket, connection: number) => void

const answer = (body: string, more = '') =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n${more}\r\n${body}`

/** A server on loopback that speaks as it is told, and a pool that connects to it as it is told. */
async function stage(
  context: TestContext,
  serve: Serve,
  options: { maxOpening?: number; idleMs?: number; maxIdle?: number } = {},
  maxBodyBytes = 1000,
) {
  let connections = 0
  const server = net.createServer((socket) => {
    connections += 1
    const number = connections
    socket.on('error', () => {})
    socket.on('data', (bytes) => serve(bytes.toString(), socket, number))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const openings: Opening[] = []
  const opens: (() => Opening)[] = []
  const connect = (): Opening => {
    const socket = net.connect(port, '127.0.0.1')
    const ready = once(socket, 'connect').then(() => socket)
    return { ready, abandon: () => socket.destroy(new Error('abandoned')) }
  }
  const pool = new ConnectionPool({
    maxOpening: 8,
    idleMs: 60_000,
    maxIdle: 64,
    ...options,
    open() {
      const opening = (opens.shift() ?? connect)()
      openings.push(opening)
      return opening
    },
  })
  context.after(() => {
    server.close()
    pool.close()
  })
  const ask = (path = '/', signal?: AbortSignal, hostname = 'host') =>
    pool.exchange({
      origin: { hostname, port },
      bytes: requestBytes({ method: 'GET', path, headers: { host: 'host' } }),
      maxBodyBytes,
      signal,
    })
  return {
    ask,
    pool,
    opens,
    openings,
    origin: { hostname: 'host', port },
    get connections() {
      return connections
    },
  }
}

/** An opening that neither comes nor fails until it is abandoned. */
function hanging(): Opening & { readonly abandoned: boolean } {
  const { promise: ready, reject } = Promise.withResolvers<never>()
  const opening = {
    ready,
    abandoned: false,
    abandon() {
      opening.abandoned = true
      reject(new Error('abandoned'))
    },
  }
  return opening
}

test('requests one after the other go over one connection', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a')))
  for (let round = 0; round < 5; round += 1) assert.equal((await scene.ask()).body.toString(), 'a')
  assert.equal(scene.connections, 1)
})

test('requests at the same time never share a connection, and each gets its own answer', async (context) => {
  let busy = 0
  const scene = await stage(context, (request, socket) => {
    assert.equal(request.match(/GET/g)?.length, 1)
    busy += 1
    const path = /GET (\S+)/.exec(request)?.[1] ?? ''
    setTimeout(() => socket.write(answer(path)), 5)
  })
  const paths = Array.from({ length: 100 }, (_, at) => `/${at}`)
  const replies = await Promise.all(paths.map((path) => scene.ask(path)))
  assert.deepEqual(
    replies.map(({ body }) => body.toString()),
    paths,
  )
  assert.equal(busy, 100)
})

test('a burst opens a few connections at a time, and takes those that become free', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a')), { maxOpening: 2 })
  await Promise.all(Array.from({ length: 50 }, () => scene.ask()))
  assert.ok(scene.connections < 50, `${scene.connections} connections`)
})

test('an answer that says close is the last of its connection', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a', 'connection: close\r\n')))
  await scene.ask()
  await scene.ask()
  assert.equal(scene.connections, 2)
})

test('bytes that nobody asked for cost the connection, and answer nobody', async (context) => {
  const scene = await stage(context, (_, socket, connection) => {
    socket.write(answer('good'))
    if (connection === 1) setTimeout(() => socket.write(answer('evil')), 20)
  })
  await scene.ask()
  await sleep(60)
  assert.equal((await scene.ask()).body.toString(), 'good')
  assert.equal(scene.connections, 2)
})

test('bytes behind an answer cost the connection', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(`${answer('good')}${answer('evil')}`))
  assert.equal((await scene.ask()).body.toString(), 'good')
  assert.equal((await scene.ask()).body.toString(), 'good')
  assert.equal(scene.connections, 2)
})

test('a server that hung up under a second request makes it stale, not failed', async (context) => {
  let requests = 0
  const scene = await stage(context, (_, socket) => {
    requests += 1
    if (requests === 1) socket.write(answer('a'))
    else socket.destroy()
  })
  await scene.ask()
  await assert.rejects(scene.ask(), { name: 'StaleSocketError' })
})

test('a server that hangs up under a first request, or in an answer, has failed it', async (context) => {
  const scene = await stage(context, (request, socket) => {
    if (request.includes('/begin')) socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc')
    socket.end()
  })
  await assert.rejects(scene.ask('/'), { code: 'ECONNRESET' })
  await assert.rejects(scene.ask('/begin'), { code: 'ECONNRESET' })
})

test('what is no HTTP is refused, and its connection dropped', async (context) => {
  const scene = await stage(context, (_, socket, connection) =>
    socket.write(connection === 1 ? 'SSH-2.0\r\n\r\n' : answer('a')),
  )
  await assert.rejects(scene.ask(), { name: 'MalformedReply' })
  assert.equal((await scene.ask()).body.toString(), 'a')
})

test('a request that is given up ends with the signal’s reason, its connection with it', async (context) => {
  const scene = await stage(context, (request, socket) => {
    if (!request.includes('/silent')) socket.write(answer('a'))
  })
  const abort = new AbortController()
  const asked = scene.ask('/silent', abort.signal)
  await sleep(20)
  abort.abort(new Error('enough'))
  await assert.rejects(asked, /enough/)
  await assert.rejects(scene.ask('/', abort.signal), /enough/)
  await scene.ask()
  assert.equal(scene.connections, 2)
})

test('a request that is given up while it waits takes its opening along', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a')))
  const first = hanging()
  scene.opens.push(() => first)
  const abort = new AbortController()
  const asked = scene.ask('/', abort.signal)
  await sleep(10)
  abort.abort(new Error('enough'))
  await assert.rejects(asked, /enough/)
  assert.ok(first.abandoned)
  assert.equal((await scene.ask()).body.toString(), 'a')
})

test('an opening that fails ends all requests that have waited as long, and no later one', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a')), { maxOpening: 1 })
  const { promise: ready, reject } = Promise.withResolvers<never>()
  scene.opens.push(() => ({ ready, abandon() {} }))
  const early = Promise.allSettled([scene.ask(), scene.ask(), scene.ask()])
  await sleep(100)
  const late = scene.ask()
  reject(new Error('refused'))
  for (const each of await early) assert.match(String((each as PromiseRejectedResult).reason), /refused/)
  assert.equal((await late).body.toString(), 'a')
})

test('an opening that takes long does not keep others from being tried', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a')), { maxOpening: 1 })
  scene.opens.push(hanging)
  const [one, two] = [scene.ask(), scene.ask()]
  assert.equal((await Promise.race([one, two])).body.toString(), 'a')
  await Promise.all([one, two])
})

test('connections that are idle for long are closed', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a')), { idleMs: 30 })
  await scene.ask()
  await sleep(120)
  await scene.ask()
  assert.equal(scene.connections, 2)
})

test('of many origins, a bounded number of connections stays idle: the latest', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a')), { maxIdle: 2 })
  for (const host of ['one', 'two', 'three']) await scene.ask('/', undefined, host)
  for (const host of ['three', 'two']) await scene.ask('/', undefined, host)
  assert.equal(scene.connections, 3)
  await scene.ask('/', undefined, 'one')
  assert.equal(scene.connections, 4)
})

test('where replies are large, a few connections must do', async (context) => {
  const body = 'x'.repeat(64 * 1024)
  const scene = await stage(context, (_, socket) => socket.write(answer(body)), {}, 100_000)
  for (let round = 0; round < 10; round += 1) await scene.ask()
  const replies = await Promise.all(Array.from({ length: 60 }, () => scene.ask()))
  assert.ok(replies.every((reply) => reply.body.length === body.length))
  assert.ok(scene.connections <= 12, `${scene.connections} connections`)
})

test('origins are forgotten when nothing is left of them, reached or not', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a')), { idleMs: 20 })
  await scene.ask()
  scene.opens.push(() => ({ ready: Promise.reject(new Error('refused')), abandon() {} }))
  const origin = { hostname: 'nowhere', port: 1 }
  const bytes = requestBytes({ method: 'GET', path: '/', headers: {} })
  await assert.rejects(scene.pool.exchange({ origin, bytes, maxBodyBytes: 1, signal: undefined }), /refused/)
  assert.equal(scene.pool.size, 2)
  await sleep(150)
  assert.equal(scene.pool.size, 0)
})

test('warm() opens connections that the next requests use', async (context) => {
  const scene = await stage(context, (_, socket) => socket.write(answer('a')))
  scene.pool.warm(scene.origin, 2)
  await sleep(50)
  assert.equal(scene.connections, 2)
  await Promise.all([scene.ask(), scene.ask()])
  scene.pool.warm(scene.origin, 2)
  assert.equal(scene.openings.length, 2)
})
