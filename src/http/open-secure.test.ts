import assert from 'node:assert/strict'
import { once } from 'node:events'
import https from 'node:https'
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
  const options: https.AgentOptions & tls.ConnectionOptions = { secureContext }
  const agent = new https.Agent(options)
  return createSecureOpener({ agent: () => agent, ...times })
}

test('a connection to a trusted server of the right name opens, and the next one resumes its session', async (context) => {
  const { port } = await serve(context)
  const open = opener()
  const first = (await open({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  assert.ok(first.authorized)
  assert.ok(!first.isSessionReused())
  first.resume()
  await sleep(50)
  const second = (await open({ hostname: 'localhost', port }).ready) as tls.TLSSocket
  // Deno keeps its own sessions, and tells nothing of them.
  if (!('Deno' in globalThis)) assert.ok(second.isSessionReused())
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
  const open = opener(authority.certificate, { connectMs: 50, openMs: 150 })
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
  let closed = false
  const server = net.createServer((socket) => {
    socket.on('error', () => {})
    socket.once('close', () => {
      closed = true
    })
    socket.resume()
  })
  const port = await listen(context, server)
  const opening = opener()({ hostname: 'localhost', port })
  await once(server, 'connection')
  opening.abandon()
  await assert.rejects(opening.ready)
  await sleep(50)
  assert.ok(closed)
})
