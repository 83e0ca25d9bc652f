import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { createNodeTransport } from './node-transport.ts'

/** A server that answers as it is told, and the way to ask it by Node's client. */
async function stage(context: TestContext, serve: http.RequestListener, totalMs = 5_000) {
  const server = http.createServer(serve)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const agent = new http.Agent({ keepAlive: true })
  const send = createNodeTransport({ agentOf: () => agent, connectMs: 1_000 })
  context.after(() => {
    agent.destroy()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const ask = (path: string, signal?: AbortSignal, headers: Record<string, string> = { 'x-a': '1' }) =>
    send({
      method: 'POST',
      url: new URL(`http://127.0.0.1:${port}${path}`),
      headers,
      body: 'é',
      signal,
      totalMs,
      maxBodyBytes: 1_000,
    })
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

test('a peer that is silent is given up in time, and one that answers no HTTP is refused', async (context) => {
  const { ask } = await stage(context, () => {}, 30)
  await assert.rejects(ask('/'), { name: 'SilenceError', message: 'no answer within 0.03 s' })
  const broken = await stage(context, (_, response) => response.socket?.end('SSH-2.0\r\n\r\n'))
  await assert.rejects(broken.ask('/'), { name: 'MalformedReply' })
})

test('a request that cannot be written is a defect of ours, not the network’s', async (context) => {
  const { ask } = await stage(context, (_, response) => response.end())
  await assert.rejects(ask('/', undefined, { 'x-a': 'a\r\nb: c' }), TypeError)
})
