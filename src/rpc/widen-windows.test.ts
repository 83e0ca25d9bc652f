import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { versionMethod } from './driver-methods.ts'
import { serveDriver } from './serve-driver.ts'

const skip = 'Deno' in globalThis && 'skipped: its HTTP/2 tells of no streams'

test('a driver may send a MiB at a time from its first call on', { skip }, async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'window-'))
  const socketPath = join(folder, 'aws.sock')
  const silent = () => undefined
  const log = { debug: silent, info: silent, warn: silent, error: silent }
  const server = await serveDriver({ socketPath, version: '1', log, mount: () => assert.fail() })
  const driver = connectHttp2('http://localhost', { createConnection: () => connect(socketPath) })
  context.after(async () => {
    driver.destroy()
    await server.drain(0)
    rmSync(folder, { recursive: true })
  })
  const call = driver.request({
    ':method': 'POST',
    ':path': versionMethod,
    'content-type': 'application/grpc',
    te: 'trailers',
  })
  call.end(Buffer.alloc(5))
  call.resume()
  await once(call, 'end')
  assert.equal(driver.state.remoteWindowSize, 2 ** 20 - 5)
})
