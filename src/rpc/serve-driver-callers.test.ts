import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { test } from 'node:test'
import { answer, eventually, failureOf, request, start } from '../../test/fixtures/driver-server.ts'
import { callMount } from '../../test/harness/call-mount.ts'
import type { MountCall } from './answer-mount.ts'
import { mountMethod } from './driver-methods.ts'

test('a caller that goes away aborts its mount, which counts until it has ended', async (t) => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<MountCall>()
  const { promise: ending, resolve: end } = Promise.withResolvers<void>()
  const { server, socketPath } = await start(t, async (_raw, call) => {
    begin(call)
    await ending
    return answer
  })
  const caller = new AbortController()
  const call = failureOf(callMount(socketPath, request, 20_000, { signal: caller.signal }))
  const { signal } = await begun
  caller.abort()
  assert.equal((await call).code, 'CANCELLED')
  await eventually(() => signal.aborted)
  assert.equal(server.inFlight, 1)
  end()
  await eventually(() => server.inFlight === 0)
})

test('a driver that dies aborts its mounts, and its connection does not stay open', async (t) => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<MountCall>()
  const { server, socketPath } = await start(t, async (_raw, call) => {
    begin(call)
    await once(call.signal, 'abort')
    return answer
  })
  const socket = connect(socketPath)
  const session = connectHttp2('http://localhost', { createConnection: () => socket })
  session.on('error', () => undefined)
  const call = session.request({
    ':method': 'POST',
    ':path': mountMethod,
    'content-type': 'application/grpc',
  })
  call.on('error', () => undefined)
  call.end(Buffer.alloc(5))
  await begun
  socket.destroy()
  await eventually(() => server.inFlight === 0)
})

test('a mount that sleeps over its caller’s deadline is answered INTERNAL before it', async (t) => {
  const { socketPath } = await start(t, () => new Promise(() => undefined))
  const { code, details } = await failureOf(callMount(socketPath, request, 2000))
  assert.equal(code, 'INTERNAL')
  assert.match(details, /given up/)
})

test('a connection that breaks off, or talks no HTTP/2, harms no other', async (t) => {
  const { server, socketPath } = await start(t, async () => answer)
  for (const bytes of [
    '',
    'GET / HTTP/1.1\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    '\0'.repeat(100_000),
  ]) {
    const socket = connect(socketPath)
    socket.on('error', () => undefined)
    await once(socket, 'connect')
    socket.end(bytes)
    await once(socket.resume(), 'close')
  }
  assert.equal(await server.answersVersion(), true)
})
