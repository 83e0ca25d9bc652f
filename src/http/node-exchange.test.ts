import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { exchangeByNode } from './node-exchange.ts'

/** A server that answers as it is told, and the way to ask it by Node's client. */
async function stage(context: TestContext, serve: http.RequestListener) {
  const server = http.createServer(serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent() }
  context.after(() => {
    agents.http.destroy()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const ask = (path: string, signal?: AbortSignal) =>
    exchangeByNode(
      {
        method: 'POST',
        url: new URL(`http://127.0.0.1:${port}${path}`),
        headers: { 'x-a': '1' },
        body: 'é',
        signal,
        connectMs: 1_000,
        maxBodyBytes: 1_000,
      },
      agents,
    )
  return { ask, server }
}

test('a request goes out whole, and its reply comes back whole', async (context) => {
  const { ask } = await stage(context, async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    response.writeHead(403, { 'x-b': ['1', '2'] })
    response.end(`${request.method} ${request.url} ${request.headers['x-a']} ${Buffer.concat(chunks)}`)
  })
  const { status, headers, body } = await ask('/a?b=c')
  assert.deepEqual([status, headers['x-b'], body.toString()], [403, '1, 2', 'POST /a?b=c 1 é'])
})

test('a reply that is too large is refused', async (context) => {
  const { ask } = await stage(context, (_, response) => response.end('x'.repeat(2_000)))
  await assert.rejects(ask('/'), { name: 'MalformedReply', message: /more than 1000 bytes/ })
})

test('a reply that is cut is a connection that was reset', async (context) => {
  const { ask } = await stage(context, (_, response) => {
    response.writeHead(200, { 'content-length': 10 })
    response.write('abc', () => response.destroy())
  })
  await assert.rejects(ask('/'), { code: 'ECONNRESET' })
})

test('a request that is given up ends with the signal’s reason', async (context) => {
  const { ask } = await stage(context, () => {})
  const abort = new AbortController()
  const asked = ask('/', abort.signal)
  setTimeout(() => abort.abort(new Error('enough')), 20)
  await assert.rejects(asked, /enough/)
  await assert.rejects(ask('/', abort.signal), /enough/)
})

const skip =
  'Deno' in globalThis && 'skipped: needs an HTTP client that says whether a connection is a pooled one'

test('a pooled connection that the server has closed is stale, not failed', { skip }, async (context) => {
  let requests = 0
  const { ask } = await stage(context, (_, response) => {
    requests += 1
    if (requests === 1) response.end('a')
    else response.destroy()
  })
  await ask('/')
  await assert.rejects(ask('/'), { name: 'StaleSocketError' })
})
