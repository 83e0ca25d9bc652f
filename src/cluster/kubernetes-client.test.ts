import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { rootCertificates } from 'node:tls'
import { Worker } from 'node:worker_threads'
import { createFakeClock } from '../../test/fixtures/fake-clock.ts'
import { type Answer, json, startLoopbackServer, testCaFile } from '../../test/fixtures/loopback-server.ts'
import { ProviderError } from '../errors/provider-error.ts'
import { createKubernetesClient, type KubernetesClientOptions } from './kubernetes-client.ts'

const never = new AbortController().signal
const accountPath = '/api/v1/namespaces/shop/serviceaccounts/till'
const ok: Answer = (_seen, response) => json(response, 200, { fine: true })

async function setUp(t: TestContext, answer: Answer, options: Partial<KubernetesClientOptions> = {}) {
  const host = options.host ?? '127.0.0.1'
  const address = host.replace(/[[\]]/g, '')
  const server = await startLoopbackServer(answer, { secure: true, address })
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-client-'))
  t.after(async () => {
    await server.close()
    await rm(folder, { recursive: true })
  })
  const tokenFile = join(folder, 'token')
  await writeFile(tokenFile, 'token-1\n')
  const client = createKubernetesClient({
    host,
    port: server.port,
    token: { file: tokenFile },
    ca: { file: testCaFile },
    qps: 0,
    burst: 0,
    userAgent: 'a-test/1',
    ...options,
  })
  return { server, client, tokenFile, folder }
}

function failsWith(code: string, text: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof ProviderError, String(error))
    assert.equal(error.code, code)
    assert.match(error.message, text)
    return true
  }
}

test('get() shows the token and user agent and gives the parsed answer', async (t) => {
  const { server, client } = await setUp(t, ok)
  assert.deepEqual(await client.get(accountPath, never), { fine: true })
  const [seen] = server.seen
  assert.equal(seen?.method, 'GET')
  assert.equal(seen?.path, accountPath)
  assert.equal(seen?.headers.authorization, 'Bearer token-1')
  assert.equal(seen?.headers['user-agent'], 'a-test/1')
})

test('post() sends JSON', async (t) => {
  const { server, client } = await setUp(t, (_seen, response) => json(response, 201, {}))
  await client.post(`${accountPath}/token`, { ä: 1 }, never)
  assert.equal(server.seen[0]?.body, '{"ä":1}')
  assert.equal(server.seen[0]?.headers['content-type'], 'application/json')
})

test('requests after one another share one connection', async (t) => {
  const { server, client } = await setUp(t, ok)
  for (const _ of [1, 2, 3]) await client.get(accountPath, never)
  assert.equal(server.seen.length, 3)
  assert.equal(server.connections, 1)
})

test('a 401 makes it read the token afresh and try once more', async (t) => {
  const { server, client, tokenFile } = await setUp(t, (seen, response) =>
    json(response, seen.headers.authorization === 'Bearer token-2' ? 200 : 401, {}),
  )
  await assert.rejects(
    client.get(accountPath, never),
    failsWith('KUBERNETES_UNAUTHORIZED', /does not accept/),
  )
  assert.equal(server.seen.length, 2)
  await writeFile(tokenFile, 'token-2')
  assert.deepEqual(await client.get(accountPath, never), {})
  assert.deepEqual(
    server.seen.slice(2).map((seen) => seen.headers.authorization),
    ['Bearer token-1', 'Bearer token-2'],
  )
})

test('a renewed token is taken up within seconds without a 401', async (t) => {
  const clock = createFakeClock()
  const { server, client, tokenFile } = await setUp(t, ok, { clock })
  await client.get(accountPath, never)
  await writeFile(tokenFile, 'token-2')
  await client.get(accountPath, never)
  clock.advance(5_000)
  await client.get(accountPath, never)
  assert.deepEqual(
    server.seen.map((seen) => seen.headers.authorization),
    ['Bearer token-1', 'Bearer token-1', 'Bearer token-2'],
  )
})

const status =
  (code: number, message: string): Answer =>
  (_seen, response) =>
    json(response, code, { kind: 'Status', message })

const finalAnswers: readonly [title: string, answer: Answer, code: string, text: RegExp, requests: number][] =
  [
    ['403', status(403, 'no'), 'KUBERNETES_FORBIDDEN', /verb "get" on resource "serviceaccounts"/, 1],
    [
      '404',
      status(404, 'not there'),
      'KUBERNETES_NOT_FOUND',
      /404 to get .*"till" in namespace "shop": "not there"/,
      1,
    ],
    ['409', status(409, 'uid'), 'KUBERNETES_REFUSED', /answered 409 .*"uid"/, 1],
    ['500', status(500, 'etcd'), 'KUBERNETES_REFUSED', /answered 500 .*"etcd"/, 3],
    ['429', status(429, 'slow'), 'KUBERNETES_REFUSED', /answered 429/, 3],
    ['408', status(408, 'late'), 'KUBERNETES_REFUSED', /answered 408/, 3],
    [
      'a redirect',
      (_seen, response) => response.writeHead(307, { location: accountPath }).end(),
      'KUBERNETES_REFUSED',
      /answered 307/,
      1,
    ],
    [
      'half a JSON text',
      (_seen, response) => response.end('{"status":{"token":"eyJsecret'),
      'KUBERNETES_ANSWER_INVALID',
      /it is not JSON$/,
      1,
    ],
    [
      'an answer over 4 MiB',
      (_seen, response) => response.end(Buffer.alloc(4 * 1024 * 1024 + 1, 32)),
      'KUBERNETES_UNREACHABLE',
      /more than 4194304 bytes/,
      1,
    ],
    [
      'a reset',
      (_seen, response) => response.socket?.destroy(),
      'KUBERNETES_UNREACHABLE',
      /https:\/\/127\.0\.0\.1:\d+ failed: ECONNRESET/,
      3,
    ],
    ['silence', () => {}, 'KUBERNETES_UNREACHABLE', /no answer within 0.2 s/, 3],
    [
      'silence in mid answer',
      (_seen, response) => response.writeHead(200).write('{'),
      'KUBERNETES_UNREACHABLE',
      /no answer within 0.2 s/,
      3,
    ],
    [
      'an answer that breaks off',
      (_seen, response) => {
        response.writeHead(200, { 'content-length': '10' }).write('{')
        setTimeout(() => response.socket?.destroy(), 20)
      },
      'KUBERNETES_UNREACHABLE',
      /ECONNRESET/,
      3,
    ],
  ]

for (const [title, answer, code, text, requests] of finalAnswers) {
  test(`${title} ends as ${code} after ${requests} request(s)`, async (t) => {
    const { server, client } = await setUp(t, answer, { clock: createFakeClock(), tryMs: 200 })
    await assert.rejects(client.get(accountPath, never), failsWith(code, text))
    assert.equal(server.seen.length, requests)
  })
}

test('an answer of the second try is as good, and Retry-After is heeded', async (t) => {
  const clock = createFakeClock()
  let count = 0
  const { client } = await setUp(
    t,
    (_seen, response) => {
      count += 1
      if (count === 1) response.setHeader('retry-after', '2')
      json(response, count === 1 ? 429 : 200, { count })
    },
    { clock },
  )
  assert.deepEqual(await client.get(accountPath, never), { count: 2 })
  assert.equal(clock.pauses.length, 1)
  assert.ok((clock.pauses[0] ?? 0) >= 2_000 && (clock.pauses[0] ?? 0) < 2_200)
})

test('maxAttempts bounds the tries', async (t) => {
  const { server, client } = await setUp(t, status(503, ''), { maxAttempts: 1 })
  await assert.rejects(client.get(accountPath, never), failsWith('KUBERNETES_REFUSED', /503/))
  assert.equal(server.seen.length, 1)
})

test('a try after a failure opens a new connection', async (t) => {
  let isDead = false
  const { server, client } = await setUp(
    t,
    async (seen, response) => {
      if (isDead && seen.path === accountPath) return
      await wait(50)
      json(response, 200, {})
    },
    { clock: createFakeClock(), tryMs: 300 },
  )
  await Promise.all(['/api/v1/nodes/a', '/api/v1/nodes/b'].map((path) => client.get(path, never)))
  assert.equal(server.connections, 2)
  isDead = true
  await assert.rejects(client.get(accountPath, never), failsWith('KUBERNETES_UNREACHABLE', /no answer/))
  assert.equal(server.connections, 4)
})

test('equal requests in flight are one; later ones ask again', async (t) => {
  const { server, client } = await setUp(t, async (_seen, response) => {
    await wait(30)
    json(response, 200, {})
  })
  const paths = [accountPath, accountPath, accountPath, `${accountPath}2`]
  await Promise.all(paths.map((path) => client.get(path, never)))
  assert.equal(server.seen.length, 2)
  await client.get(accountPath, never)
  assert.equal(server.seen.length, 3)
})

test('a caller that aborts gets its own reason and takes nobody along', async (t) => {
  const { server, client } = await setUp(t, async (_seen, response) => {
    await wait(60)
    json(response, 200, { fine: true })
  })
  const leaver = new AbortController()
  const left = client.get(accountPath, leaver.signal)
  const stayed = client.get(accountPath, never)
  setTimeout(() => leaver.abort(new Error('my own reason')), 20)
  await assert.rejects(left, /my own reason/)
  assert.deepEqual(await stayed, { fine: true })
  assert.equal(server.seen.length, 1)
})

test('when the last caller aborts, the request ends, and the next caller starts anew', async (t) => {
  let isSilent = true
  const { server, client } = await setUp(t, (_seen, response) => {
    if (!isSilent) json(response, 200, {})
  })
  const controllers = [new AbortController(), new AbortController()]
  const calls = controllers.map(({ signal }) => client.get(accountPath, signal))
  for (const call of calls) call.catch(() => {})
  while (server.seen.length === 0) await wait(5)
  for (const controller of controllers) controller.abort(new Error('gone'))
  isSilent = false
  assert.deepEqual(await client.get(accountPath, never), {})
  for (const call of calls) await assert.rejects(call, /gone/)
  while (server.hangUps === 0) await wait(5)
  assert.equal(server.hangUps, 1)
})

test('qps and burst hold calls back, and a caller that waits can leave', async (t) => {
  const clock = createFakeClock()
  const { client } = await setUp(t, ok, { qps: 4, burst: 2, clock })
  for (const name of ['a', 'b', 'c']) await client.get(`/api/v1/nodes/${name}`, never)
  assert.deepEqual(clock.pauses, [250])

  const slow = await setUp(t, ok, { qps: 0.001, burst: 1 })
  await slow.client.get(accountPath, never)
  await assert.rejects(slow.client.get(accountPath, AbortSignal.timeout(30)), { name: 'TimeoutError' })
  assert.equal(slow.server.seen.length, 1)
})

for (const host of ['::1', '[::1]', 'localhost']) {
  test(`the host may be ${host}`, async (t) => {
    const { server, client } = await setUp(t, ok, { host })
    assert.deepEqual(await client.get(accountPath, never), { fine: true })
    const shown = host === 'localhost' ? host : '[::1]'
    assert.equal(server.seen[0]?.headers.host, `${shown}:${server.port}`)
  })
}

test('a certificate of another authority is refused at once, until the CA file is replaced', async (t) => {
  const clock = createFakeClock()
  const folder = await mkdtemp(join(tmpdir(), 'kubernetes-client-'))
  const caFile = join(folder, 'ca.crt')
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(caFile, rootCertificates[0] ?? '')
  const { server, client } = await setUp(t, ok, { clock, ca: { file: caFile } })
  await assert.rejects(
    client.get(accountPath, never),
    failsWith('KUBERNETES_UNREACHABLE', /UNABLE_TO_VERIFY_LEAF/),
  )
  assert.equal(server.connections, 1)
  assert.equal(server.seen.length, 0)
  await writeFile(caFile, await readFile(testCaFile))
  clock.advance(5_000)
  assert.deepEqual(await client.get(accountPath, never), { fine: true })
})

test('a token file that went away, is empty or is no token is named', async (t) => {
  const { client, tokenFile } = await setUp(t, ok)
  await writeFile(tokenFile, ' \n')
  await assert.rejects(client.get(accountPath, never), failsWith('NOT_IN_CLUSTER', /token is empty/))
  await writeFile(tokenFile, 'a\nb')
  await assert.rejects(client.get(accountPath, never), failsWith('NOT_IN_CLUSTER', /holds no token/))
  const other = await setUp(t, ok, { token: { file: '/nowhere/token' } })
  await assert.rejects(
    other.client.get(accountPath, never),
    failsWith('NOT_IN_CLUSTER', /\/nowhere\/token cannot be read \(ENOENT\)/),
  )
})

test('a refused connection is tried three times', async (t) => {
  const clock = createFakeClock()
  const { server, client } = await setUp(t, ok, { clock })
  await server.close()
  await assert.rejects(client.get(accountPath, never), failsWith('KUBERNETES_UNREACHABLE', /ECONNREFUSED/))
  assert.equal(clock.pauses.length, 2)
})

test('a connection that is never accepted ends at the connect time-out', async (t) => {
  const { port, release } = await fullBacklog()
  t.after(release)
  const { client } = await setUp(t, ok, { port, connectMs: 150, tryMs: 60_000, maxAttempts: 1 })
  await assert.rejects(
    client.get(accountPath, never),
    failsWith('KUBERNETES_UNREACHABLE', /no connection within 0.15 s/),
  )
})

/** A listener that sleeps, its queue full: the kernel drops further SYNs, as a dead network does. */
async function fullBacklog() {
  const gate = new Int32Array(new SharedArrayBuffer(4))
  const code = `
    const { workerData, parentPort } = require('node:worker_threads')
    const server = require('node:net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      parentPort.postMessage(server.address().port)
      setImmediate(() => { Atomics.wait(workerData, 0, 0); process.exit() })
    })`
  const worker = new Worker(code, { eval: true, workerData: gate })
  const port = await new Promise<number>((resolve) => worker.once('message', resolve))
  await wait(50)
  const fillers = [1, 2, 3, 4].map(() => net.connect(port, '127.0.0.1').on('error', () => {}))
  await wait(50)
  const release = async () => {
    for (const filler of fillers) filler.destroy()
    Atomics.store(gate, 0, 1)
    Atomics.notify(gate, 0)
    await worker.terminate()
  }
  return { port, release }
}

const skip = 'Deno' in globalThis && 'skipped: needs the proxy variables and flags of Node'

test('proxy variables have no effect, though they have on the global agent of the same process', {
  skip,
}, async (t) => {
  const { server, tokenFile } = await setUp(t, ok)
  let proxied = 0
  const proxy = net.createServer((socket) => {
    proxied += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  t.after(() => proxy.close())
  const { port: proxyPort } = proxy.address() as net.AddressInfo
  const proxyUrl = `http://127.0.0.1:${proxyPort}`

  const options = {
    host: '127.0.0.1',
    port: server.port,
    token: { file: tokenFile },
    ca: { file: testCaFile },
    qps: 0,
    burst: 0,
  }
  const script = `
    import https from 'node:https'
    import { createKubernetesClient } from ${JSON.stringify(new URL('kubernetes-client.ts', import.meta.url).href)}
    const client = createKubernetesClient({ ...${JSON.stringify(options)}, userAgent: 'child', maxAttempts: 1 })
    console.log(JSON.stringify(await client.get('/api/v1/nodes/a', new AbortController().signal)))
    await new Promise((done) => https.get('https://127.0.0.1:${server.port}/').on('error', done))
    process.exit()`
  const environment = {
    NODE_USE_ENV_PROXY: '1',
    HTTPS_PROXY: proxyUrl,
    HTTP_PROXY: proxyUrl,
    https_proxy: proxyUrl,
    NO_PROXY: '',
  }
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { env: environment })
  const chunks: Buffer[] = []
  for await (const chunk of child.stdout) chunks.push(chunk)
  assert.equal(Buffer.concat(chunks).toString().trim(), '{"fine":true}')
  assert.equal(server.seen.length, 1)
  assert.equal(proxied, 1)
})
