import assert from 'node:assert/strict'
import { readdirSync, statSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { status } from '@grpc/grpc-js'
import { answer, eventually, failureOf, request, secret, start } from '../../test/fixtures/driver-server.ts'
import { callMount } from '../../test/harness/call-mount.ts'
import { eventText, fault } from '../errors/provider-error.ts'
import type { MountAnswer } from '../files/deliver.ts'
import { silentLog } from '../process/log.ts'
import { Sensitive } from '../process/sensitive.ts'
import { callVersion } from './driver-client.ts'
import { mountMethod, toBuffer, versionMethod } from './driver-methods.ts'
import { MountRequest, VersionRequest } from './proto/provider.ts'

test('Version answers as the driver expects', async (t) => {
  const { server, socketPath } = await start(t, async () => answer)
  assert.deepEqual(await callVersion(socketPath, 5000), {
    version: 'v1alpha1',
    runtimeName: 'secrets-store-csi-driver-provider-aws',
    runtimeVersion: '9.8.7',
  })
  assert.equal(statSync(socketPath).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(join(socketPath, '..')), ['aws.sock'])
  assert.equal(await server.answersVersion(), true)
})

test('Mount hands on the request and the deadline, and answers versions and files', async (t) => {
  const seen: unknown[] = []
  const { server, socketPath } = await start(t, async (raw, { deadline, signal }) => {
    seen.push(raw, Math.abs(deadline - Date.now() - 60_000) < 5_000, signal.aborted)
    return answer
  })
  const { currentObjectVersion: _, ...raw } = request
  const got = await callMount(socketPath, request, 60_000)
  assert.deepEqual(seen, [raw, true, false])
  assert.deepEqual(got.objectVersion, [{ id: 'a', version: 'v1' }])
  assert.deepEqual(
    got.files.map(({ path, mode, contents }) => [path, mode, Buffer.from(contents).toString()]),
    [['a', 0o600, secret]],
  )
  await eventually(() => server.inFlight === 0)
})

const internal = {
  code: 'INTERNAL',
  details: 'INTERNAL_FAULT: the provider failed unexpectedly; its log has the details',
}
const failures: readonly [string, () => Promise<MountAnswer>, { code: string; details: string }][] = [
  [
    'a ProviderError',
    async () => Promise.reject(fault('OBJECTS_MISSING', {})),
    { code: 'INVALID_ARGUMENT', details: eventText(fault('OBJECTS_MISSING', {})) },
  ],
  ['a rejection', async () => Promise.reject(new Error(secret)), internal],
  [
    'a synchronous throw',
    () => {
      throw new TypeError(secret)
    },
    internal,
  ],
  ['what is no Error', async () => Promise.reject(secret), internal],
  ['nothing at all', async () => Promise.reject(undefined), internal],
  [
    'a status of a library',
    async () =>
      Promise.reject(Object.assign(new Error(secret), { code: status.UNAVAILABLE, details: secret })),
    internal,
  ],
  ['no answer', async () => undefined as never, internal],
  ['no object versions', async () => ({ objectVersions: [], files: [] }), internal],
  ['what cannot be encoded', async () => ({ ...answer, objectVersions: [null as never] }), internal],
]
for (const [what, mount, expected] of failures) {
  test(`a mount that ends with ${what} is answered ${expected.code}, and its text stays out of the log`, async (t) => {
    const logged: string[] = []
    const error = (fields: object, message: string) => logged.push(JSON.stringify([fields, message]))
    const { socketPath } = await start(t, mount, { log: { ...silentLog, error } })
    assert.deepEqual(await failureOf(callMount(socketPath, request, 5000)), expected)
    assert.equal(logged.length, expected === internal ? 1 : 0)
    assert.ok(!logged.join().includes(secret))
  })
}

test('a request that cannot be read is an INTERNAL error, a large one is read', async (t) => {
  const { socketPath } = await start(t, async ({ attributes }) => ({
    ...answer,
    objectVersions: [{ id: `${attributes.length}`, version: '' }],
  }))
  const large = { ...request, attributes: 'x'.repeat(6 * 1024 * 1024) }
  const { objectVersion } = await callMount(socketPath, large, 20_000)
  assert.equal(objectVersion[0]?.id, `${6 * 1024 * 1024}`)
  const garbled = await rawCall(socketPath, mountMethod, Buffer.from([0x0a, 0xff]), 'localhost')
  assert.equal(garbled['grpc-status'], `${status.INTERNAL}`)
})

test('the path of the socket as :authority, which drivers before 1.6 send, is taken', async (t) => {
  const { socketPath } = await start(t, async () => answer)
  const bytes = toBuffer(MountRequest.encode(request))
  const version = toBuffer(VersionRequest.encode({ version: 'v1alpha1' }))
  for (const authority of [socketPath, '/short', 'localhost', `/${'deep/'.repeat(2000)}`]) {
    assert.equal(
      (await rawCall(socketPath, versionMethod, version, authority))['grpc-status'],
      '0',
      authority,
    )
    assert.equal((await rawCall(socketPath, mountMethod, bytes, authority))['grpc-status'], '0', authority)
  }
  const { objectVersion } = await callMount(socketPath, request, 5000, { authority: socketPath })
  assert.equal(objectVersion.length, 1)
})

/** A call over plain HTTP/2, twice on one connection, so that the second refers to the first one's header table. */
async function rawCall(
  socketPath: string,
  path: string,
  message: Buffer,
  authority: string,
): Promise<Record<string, unknown>> {
  const session = connectHttp2('http://localhost', { createConnection: () => connect(socketPath) })
  try {
    const once = () =>
      new Promise<Record<string, unknown>>((resolve, reject) => {
        const stream = session.request({
          ':method': 'POST',
          ':scheme': 'http',
          ':authority': authority,
          ':path': path,
          'content-type': 'application/grpc',
          te: 'trailers',
        })
        stream.on('error', reject)
        stream.on('response', (headers) => 'grpc-status' in headers && resolve(headers))
        stream.on('trailers', resolve)
        stream.resume()
        const prefix = Buffer.alloc(5)
        prefix.writeUInt32BE(message.length, 1)
        stream.end(Buffer.concat([prefix, message]))
      })
    await once()
    return await once()
  } finally {
    session.destroy()
  }
}

test('calls run side by side, over several connections', async (t) => {
  let most = 0
  let now = 0
  const { promise: all, resolve } = Promise.withResolvers<void>()
  const { server, socketPath } = await start(t, async () => {
    most = Math.max(most, ++now)
    if (now === 20) resolve()
    await all
    return answer
  })
  await Promise.all(Array.from({ length: 20 }, () => callMount(socketPath, request, 20_000)))
  assert.equal(most, 20)
  await eventually(() => server.inFlight === 0)
})

test('a large answer arrives whole', async (t) => {
  const content = Buffer.alloc(8 * 1024 * 1024, 'x')
  const { socketPath } = await start(t, async () => ({
    ...answer,
    files: [{ path: 'a', mode: 0o600, content: new Sensitive(content), version: 'v1' }],
  }))
  const { files } = await callMount(socketPath, request, 20_000)
  assert.ok(content.equals(files[0]?.contents ?? Buffer.alloc(0)))
})
