import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import { type TestContext, test } from 'node:test'
import { silentLog } from '../process/log.ts'
import type { HealthCheck } from './health-checks.ts'
import { type HealthServer, serveHealth } from './health-server.ts'

const bad: HealthCheck = { name: 'socket', run: () => 'gone' }
const good: HealthCheck = { name: 'event-loop', run: () => undefined }

async function start(context: TestContext): Promise<{ server: HealthServer; told: boolean[] }> {
  const told: boolean[] = []
  const server = await serveHealth({
    port: 0,
    host: '127.0.0.1',
    livez: [good],
    readyz: [good, bad],
    onReadyz: (ok) => told.push(ok),
    scrape: async (accept) => ({ contentType: 'text/plain', body: `for ${accept}` }),
    log: silentLog,
  })
  context.after(() => server.close())
  return { server, told }
}

for (const [method, path, status, body] of [
  ['GET', '/livez', 200, 'ok'],
  ['GET', '/healthz', 200, 'ok'],
  ['GET', '/livez?verbose', 200, '[+]event-loop ok\nlivez check passed\n'],
  ['GET', '/readyz', 500, '[+]event-loop ok\n[-]socket failed: gone\nreadyz check failed\n'],
  ['GET', '/metrics', 200, 'for text/plain'],
  ['HEAD', '/livez', 200, ''],
  ['GET', '/', 404, '/livez, /readyz and /metrics are here\n'],
  ['GET', '/livez/../metrics/x', 404, '/livez, /readyz and /metrics are here\n'],
  ['POST', '/livez', 405, 'method not allowed\n'],
] as const) {
  test(`${method} ${path} is answered with ${status}`, async (context) => {
    const { server } = await start(context)
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, {
      method,
      headers: { accept: 'text/plain' },
    })
    assert.equal(answer.status, status)
    assert.equal(await answer.text(), body)
  })
}

test('each readiness probe is told on', async (context) => {
  const { server, told } = await start(context)
  await (await fetch(`http://127.0.0.1:${server.port}/readyz`)).text()
  assert.deepEqual(told, [false])
})

test('a port that is taken is a warning, not an end', async (context) => {
  const other = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  context.after(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const warnings: unknown[] = []
  const server = await serveHealth({
    port,
    host: '127.0.0.1',
    livez: [],
    readyz: [],
    onReadyz() {},
    scrape: async () => ({ contentType: '', body: '' }),
    log: { ...silentLog, warn: (fields) => warnings.push(fields) },
  })
  assert.equal(server.port, undefined)
  assert.deepEqual(warnings, [{ port, errno: 'EADDRINUSE' }])
  server.close()
})

test('probes that come while one is under way share its answer', async (context) => {
  const looked = Promise.withResolvers<undefined>()
  let looks = 0
  const slow: HealthCheck = {
    name: 'slow',
    run() {
      looks += 1
      return looked.promise
    },
  }
  const server = await serveHealth({
    port: 0,
    host: '127.0.0.1',
    livez: [],
    readyz: [slow],
    onReadyz() {},
    scrape: async () => ({ contentType: '', body: '' }),
    log: silentLog,
  })
  context.after(() => server.close())
  const ask = async () => (await fetch(`http://127.0.0.1:${server.port}/readyz`)).status
  const asked = [ask(), ask(), ask()]
  while (looks === 0) await new Promise((resume) => setImmediate(resume))
  // A turn for those that came later.
  await new Promise((later) => setTimeout(later, 50))
  looked.resolve(undefined)
  assert.deepEqual(await Promise.all(asked), [200, 200, 200])
  assert.equal(looks, 1)
})
