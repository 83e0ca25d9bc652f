import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { answer, failureOf, newFolder, request, start } from '../../test/fixtures/driver-server.ts'
import { callMount } from '../../test/harness/call-mount.ts'
import { eventText, fault } from '../errors/provider-error.ts'
import type { MountHandler } from './answer-mount.ts'
import { callVersion } from './driver-client.ts'

test('drain lets a running mount end, refuses new ones, and leaves the socket’s file alone', async (t) => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const { promise: ending, resolve: end } = Promise.withResolvers<void>()
  const { server, socketPath } = await start(t, async () => {
    begin()
    await ending
    return answer
  })
  const call = callMount(socketPath, request, 20_000)
  await begun
  const drained = server.drain(20_000)
  assert.equal(await server.answersVersion(), false)
  assert.equal((await failureOf(callVersion(socketPath, 2000))).code, 'UNAVAILABLE')
  end()
  assert.equal((await call).objectVersion.length, 1)
  await drained
  assert.equal(server.inFlight, 0)
  assert.ok(existsSync(socketPath))
})

test('drain ends what outlasts the grace with an error of its own', async (t) => {
  const reasons: unknown[] = []
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const { server, socketPath } = await start(t, (_raw, { signal }) => {
    signal.addEventListener('abort', () => reasons.push(signal.reason))
    begin()
    return new Promise(() => undefined)
  })
  const call = failureOf(callMount(socketPath, request, 20_000))
  await begun
  await server.drain(50)
  assert.deepEqual(await call, { code: 'INTERNAL', details: eventText(fault('SHUTTING_DOWN', {})) })
  assert.deepEqual(reasons, [fault('SHUTTING_DOWN', {})])
})

test('drain closes the idle connections of drivers', async (t) => {
  const { server, socketPath } = await start(t, async () => answer)
  const session = connectHttp2('http://localhost', { createConnection: () => connect(socketPath) })
  await once(session, 'remoteSettings')
  const closed = once(session, 'close')
  await server.drain(20_000)
  await closed
})

test('a rolling update loses no call, and only the successor says that it is ready', {
  timeout: 60_000,
}, async (t) => {
  const slow: MountHandler = async () => {
    await sleep(30)
    return answer
  }
  const socketPath = join(newFolder(t), 'aws.sock')
  let current = (await start(t, slow, { socketPath })).server
  let rolling = true
  let calls = 0
  const callers = Array.from({ length: 4 }, async () => {
    while (rolling) {
      await callMount(socketPath, request, 20_000)
      calls++
    }
  })
  for (let generation = 0; generation < 6; generation++) {
    const successor = (await start(t, slow, { socketPath })).server
    assert.equal(await successor.answersVersion(), true)
    assert.equal(await current.answersVersion(), false)
    await sleep(40)
    await current.drain(20_000)
    current = successor
  }
  rolling = false
  await Promise.all(callers)
  assert.ok(calls > 6)
})
