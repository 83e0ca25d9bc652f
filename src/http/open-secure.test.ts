import assert from 'node:assert/strict'
import { constants } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import net from 'node:net'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import tls from 'node:tls'
import { createCertificateAuthority } from '../../test/emulator/certificate-authority.ts'
import { createSecureOpener } from './open-secure.ts'

const authority = createCertificateAuthority('test')
const other = createCertificateAuthority('other')

async function listen(context: TestContext, server: net.Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  return (server.address() as net.AddressInfo).port
}

/** A TLS server that keeps what it is sent. */
async function serve(context: TestContext, name = 'localhost') {
  const received: string[] = []
  const sockets = new Set<net.Socket>()
  const server = tls.createServer(authority.serverCredentials([name]), (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => received.push(bytes.toString()))
  })
  context.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  return { received, port: await listen(context, server) }
}

function opener(certificate = authority.certificate, times = { connectMs: 2000, openMs: 5000 }) {
  const secureContext = tls.createSecureContext({ ca: certificate })
  return createSecureOpener({ trust: () => secureContext, ...times })
}

test('a connection to a trusted server of the right name opens, and the next one resumes its session', async (context) => {
  const { port } = await serve(context)
  const open = opener()
  const first = (await open({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  assert.ok(first.authorized)
  assert.ok(!first.isSessionReused())
  first.resume()
  // Deno keeps its own sessions, and tells nothing of them.
  const tells = !('Deno' in globalThis)
  if (tells) await once(first, 'session')
  const second = (await open({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  if (tells) assert.ok(second.isSessionReused())
  for (const socket of [first, second]) socket.destroy()
})

test('a server that nobody trusts is refused, and sent nothing', async (context) => {
  const { port, received } = await serve(context)
  await assert.rejects(opener(other.certificate)({ hostname: 'localhost', port }).ready)
  assert.deepEqual(received, [])
})

test('a server with a certificate for another name is refused', async (context) => {
  const { port } = await serve(context, 'elsewhere.example')
  await assert.rejects(opener()({ hostname: 'localhost', port }).ready)
})

test('a server that takes the connection and never speaks TLS is given up as silent', async (context) => {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => sockets.add(socket))
  const port = await listen(context, server)
  context.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  const open = opener(authority.certificate, { connectMs: 2000, openMs: 150 })
  await assert.rejects(open({ hostname: 'localhost', port }).ready, {
    name: 'SilenceError',
    message: /within 0.15 s/,
  })
})

test('a refused connection fails with its code', async (context) => {
  const server = net.createServer()
  const port = await listen(context, server)
  server.close()
  await once(server, 'close')
  await assert.rejects(opener()({ hostname: '127.0.0.1', port }).ready, { code: 'ECONNREFUSED' })
})

test('an opening that is abandoned closes its socket', async (context) => {
  const closed = Promise.withResolvers<void>()
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('close', () => closed.resolve())
    socket.resume()
  })
  const port = await listen(context, server)
  const opening = opener()({ hostname: 'localhost', port })
  await once(server, 'connection')
  opening.abandon()
  await assert.rejects(opening.ready)
  await closed.promise
})

const skip = 'Deno' in globalThis && 'skipped: needs a runtime that tells of TLS sessions'

test('an abandoned opening keeps its session: the host has refused nothing', { skip }, async (context) => {
  const { port } = await serve(context)
  const open = opener()
  const first = (await open({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  first.resume()
  await once(first, 'session')
  const second = open({ hostname: 'localhost', port })
  second.abandon()
  await assert.rejects(second.ready)
  const third = (await open({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  assert.ok(third.isSessionReused())
  for (const socket of [first, third]) socket.destroy()
})

test('a session that the server refuses is offered once, and not for ever', { skip }, async (context) => {
  let offered = 0
  const server = tls.createServer({
    ...authority.serverCredentials(['localhost']),
    maxVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_TICKET,
  })
  // A client that speaks TLS 1.3, too, has an id in each greeting.
  const given = new Set<string>()
  server.on('newSession', (id, _data, done) => {
    given.add(id.toString('hex'))
    done()
  })
  server.on('resumeSession', (id, done) => {
    if (!given.has(id.toString('hex'))) return done(null, null)
    offered += 1
    done(new Error('refused'), null)
  })
  server.on('tlsClientError', () => {})
  server.on('secureConnection', (socket) => socket.on('error', () => {}))
  const port = await listen(context, server)
  const open = opener()
  const first = (await open({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  first.resume()
  await assert.rejects(open({ hostname: 'localhost', port }).ready, { code: 'ECONNRESET' })
  const third = (await open({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  assert.equal(offered, 1)
  for (const socket of [first, third]) socket.destroy()
})

/** A TLS server that sends at once as much as comes in several records. */
async function serveRecords(context: TestContext, byte: number) {
  const server = tls.createServer(authority.serverCredentials(['localhost']), (socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.alloc(200_000, byte)))
  })
  return listen(context, server)
}

test('nothing of an answer is left in memory that its reader has given up in the middle', {
  skip,
}, async (context) => {
  const port = await serveRecords(context, 7)
  const socket = (await opener()({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  let memory: ArrayBufferLike | undefined
  socket.on('data', (bytes) => {
    memory = bytes.buffer
    socket.destroy()
  })
  socket.write('go')
  await once(socket, 'close')
  assert.ok(memory !== undefined)
  assert.ok(new Uint8Array(memory).every((byte) => byte === 0))
})

test('what others receive meanwhile is whole', { skip }, async (context) => {
  const open = opener()
  const ports = await Promise.all([1, 2].map((byte) => serveRecords(context, byte)))
  const readers = Array.from({ length: 20 }, async (_, index) => {
    const socket = (await open({ hostname: 'localhost', port: ports[index % 2] ?? 0 }).ready) as tls.TLSSocket
    const counts = new Map<number, number>()
    socket.on('data', (bytes: Buffer) => {
      for (const byte of bytes) counts.set(byte, (counts.get(byte) ?? 0) + 1)
      if (index % 2 === 0) socket.destroy()
    })
    socket.write('go')
    await once(socket, 'close')
    return counts
  })
  for (const [index, counts] of (await Promise.all(readers)).entries()) {
    if (index % 2 === 1) assert.deepEqual([...counts], [[2, 200_000]])
    else assert.deepEqual([...counts.keys()], [1])
  }
})

/** The timer of the socket in the kernel, as /proc/net/tcp has it: 2 = a keep-alive probe is due. */
function kernelTimer(localPort: number): string | undefined {
  const hex = localPort.toString(16).toUpperCase().padStart(4, '0')
  const row = ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').split('\n'))
    .map((line) => line.trim().split(/\s+/))
    .find(([, local = '']) => local.endsWith(`:${hex}`))
  return row?.[5]?.split(':')[0]
}

const linux = process.platform !== 'linux' && 'skipped: needs /proc/net/tcp'

test('TCP keep-alive is on, so that a peer that is gone is found', {
  skip: skip || linux,
}, async (context) => {
  const { port } = await serve(context)
  const socket = (await opener()({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  socket.resume()
  // What the kernel still has to send, or to hear an answer to, comes before.
  while (kernelTimer(socket.localPort ?? 0) === '01') await sleep(5)
  assert.equal(kernelTimer(socket.localPort ?? 0), '02')
  socket.destroy()
})

/** A proxy that leads every tunnel to a port of loopback; by TLS where it has credentials of its own. */
async function serveProxy(context: TestContext, target: number, credentials?: tls.TlsOptions) {
  const asked: string[] = []
  const sockets = new Set<net.Socket>()
  const lead = (socket: net.Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', (bytes) => {
      asked.push(String(bytes).split('\r\n')[0] ?? '')
      const onward = net.connect(target, '127.0.0.1')
      sockets.add(onward)
      onward.on('error', () => socket.destroy())
      onward.on('connect', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        socket.pipe(onward).pipe(socket)
      })
    })
  }
  const server = credentials === undefined ? net.createServer(lead) : tls.createServer(credentials, lead)
  const port = await listen(context, server)
  context.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  return { asked, port }
}

for (const secure of [false, true]) {
  test(`a connection opens through a proxy that speaks ${secure ? 'TLS' : 'plainly'}`, async (context) => {
    const target = await serve(context, 'aws.example')
    const proxy = await serveProxy(
      context,
      target.port,
      secure ? authority.serverCredentials(['localhost']) : undefined,
    )
    const secureContext = tls.createSecureContext({ ca: authority.certificate })
    const open = createSecureOpener({
      trust: () => secureContext,
      proxyTo: () => ({ secure, hostname: 'localhost', port: proxy.port }),
      connectMs: 2000,
      openMs: 5000,
    })
    const socket = (await open({ hostname: 'aws.example', port: 443 }).ready) as tls.TLSSocket
    assert.ok(socket.authorized)
    socket.write('hello')
    while (target.received.length === 0) await sleep(1)
    assert.deepEqual([proxy.asked, target.received], [['CONNECT aws.example:443 HTTP/1.1'], ['hello']])
    socket.destroy()
  })
}

test('a proxy that takes the connection and never answers is silent', async (context) => {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => sockets.add(socket))
  const port = await listen(context, server)
  context.after(() => {
    for (const socket of sockets) socket.destroy()
  })
  const secureContext = tls.createSecureContext({ ca: authority.certificate })
  const open = createSecureOpener({
    trust: () => secureContext,
    proxyTo: () => ({ secure: false, hostname: '127.0.0.1', port }),
    connectMs: 50,
    openMs: 5000,
  })
  await assert.rejects(open({ hostname: 'aws.example', port: 443 }).ready, { name: 'SilenceError' })
})

test('a proxy that cannot be reached is named as the one', async (context) => {
  const server = net.createServer()
  const port = await listen(context, server)
  server.close()
  await once(server, 'close')
  const secureContext = tls.createSecureContext({ ca: authority.certificate })
  const open = createSecureOpener({
    trust: () => secureContext,
    proxyTo: () => ({ secure: false, hostname: '127.0.0.1', port }),
    connectMs: 2000,
    openMs: 5000,
  })
  await assert.rejects(open({ hostname: 'aws.example', port: 443 }).ready, {
    code: 'ECONNREFUSED',
    peer: 'proxy',
  })
})
