import assert from 'node:assert/strict'
import { once } from 'node:events'
import net from 'node:net'
import { type TestContext, test } from 'node:test'
import { openTunnel } from './open-tunnel.ts'
import type { HttpProxy } from './read-proxy.ts'

/** A proxy that answers CONNECT as it is told, and a connection to it. */
async function stage(context: TestContext, serve: (request: string, socket: net.Socket) => void) {
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', (bytes) => serve(bytes.toString(), socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  const socket = net.connect(port, '127.0.0.1')
  await once(socket, 'connect')
  context.after(() => {
    socket.destroy()
    for (const each of sockets) each.destroy()
    server.close()
  })
  const proxy: HttpProxy = { secure: false, hostname: '127.0.0.1', port }
  return { socket, proxy }
}

const origin = { hostname: 'sts.us-east-1.amazonaws.com', port: 443 }

test('a tunnel is asked for by host and port, and carries what follows, first bytes included', async (context) => {
  let asked = ''
  const { socket, proxy } = await stage(context, (request, peer) => {
    asked = request
    peer.write('HTTP/1.1 200 Connection established\r\nx: y\r\n\r\nhello')
  })
  await openTunnel(socket, proxy, origin)
  assert.equal(asked, `CONNECT ${origin.hostname}:443 HTTP/1.1\r\nhost: ${origin.hostname}:443\r\n\r\n`)
  socket.resume()
  const [first] = await once(socket, 'data')
  assert.equal(String(first), 'hello')
})

test('credentials go to the proxy, and an address of IPv6 goes in brackets', async (context) => {
  let asked = ''
  const { socket, proxy } = await stage(context, (request, peer) => {
    asked = request
    for (const byte of 'HTTP/1.0 200 OK\r\n\r\n') peer.write(byte)
  })
  await openTunnel(socket, { ...proxy, authorization: 'Basic eDp5' }, { hostname: 'fd00::1', port: 8443 })
  assert.match(asked, /^CONNECT \[fd00::1\]:8443 HTTP\/1\.1\r\n/)
  assert.match(asked, /\r\nproxy-authorization: Basic eDp5\r\n/)
})

const refusals: readonly [answer: string, expected: { name: string; message?: RegExp; code?: string }][] = [
  [
    'HTTP/1.1 407 Proxy Authentication Required\r\n\r\n',
    { name: 'TunnelRefused', message: /asks for a user and password \(407\)/ },
  ],
  ['HTTP/1.1 403 Forbidden\r\nserver: squid\r\n\r\n<html>', { name: 'TunnelRefused', message: /\(403\)/ }],
  ['HTTP/1.1 503 \r\n\r\n', { name: 'TunnelRefused', message: /\(503\)/ }],
  ['SSH-2.0-OpenSSH_9.2\r\n\r\n', { name: 'MalformedReply' }],
  [`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(20_000)}`, { name: 'MalformedReply' }],
  ['', { name: 'ConnectionError', code: 'ECONNRESET' }],
  ['HTTP/1.1 200 OK\r\nx:', { name: 'ConnectionError', code: 'ECONNRESET' }],
]
for (const [answer, expected] of refusals) {
  test(`a proxy that answers ${JSON.stringify(answer.slice(0, 40))} and hangs up opens no tunnel: ${expected.name}`, async (context) => {
    const { socket, proxy } = await stage(context, (_, peer) => peer.end(answer))
    await assert.rejects(openTunnel(socket, proxy, origin), expected)
  })
}

test('a proxy that does not take the password is told from one that asks for one', async (context) => {
  const { socket, proxy } = await stage(context, (_, peer) => peer.end('HTTP/1.1 407 No\r\n\r\n'))
  await assert.rejects(openTunnel(socket, { ...proxy, authorization: 'Basic eDp5' }, origin), {
    message: /does not accept the user and password/,
  })
})
