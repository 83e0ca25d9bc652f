import assert from 'node:assert/strict'
import { createServer, type IncomingMessage } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createSpanExporter, type Span } from './span-exporter.ts'

const span: Span = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  name: 'mount',
  begun: 1_000,
  ended: 1_000.5,
  failed: true,
  attributes: {
    'ascp.code': 'ACCESS_DENIED',
    'ascp.objects': 2,
    'ascp.session.warm': false,
    nothing: undefined,
  },
}

interface Received {
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function collector(context: TestContext, status = 200): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text
    })
    request.on('end', () => {
      received.push({ headers: request.headers, body })
      response.writeHead(status).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  context.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}/v1/traces`, received }
}

function exporterTo(url: string, lost: (readonly [number, string])[] = []) {
  return createSpanExporter({
    url,
    headers: { 'api-key': 'k' },
    resource: { 'service.name': 'provider' },
    scope: { name: 'provider', version: '1' },
    timeoutMs: 1_000,
    onLoss: (spans, reason) => lost.push([spans, reason]),
  })
}

test('spans arrive as OTLP in JSON', async (context) => {
  const { url, received } = await collector(context)
  const exporter = exporterTo(url)
  exporter.add([
    span,
    { ...span, spanId: 'b7ad6b7169203332', parentSpanId: span.spanId, failed: false, attributes: {} },
  ])
  await exporter.close()
  const [request] = received
  assert.equal(request?.headers['api-key'], 'k')
  assert.equal(request?.headers['content-type'], 'application/json')
  const [first, second] = JSON.parse(request?.body ?? '{}').resourceSpans[0].scopeSpans[0].spans
  assert.deepEqual(first, {
    traceId: span.traceId,
    spanId: span.spanId,
    name: 'mount',
    kind: 2,
    startTimeUnixNano: '1000000000',
    endTimeUnixNano: '1000500000',
    attributes: [
      { key: 'ascp.code', value: { stringValue: 'ACCESS_DENIED' } },
      { key: 'ascp.objects', value: { intValue: '2' } },
      { key: 'ascp.session.warm', value: { boolValue: false } },
    ],
    status: { code: 2 },
  })
  assert.deepEqual([second.parentSpanId, second.kind, second.status], [span.spanId, 1, {}])
})

test('a collector that is not there costs spans, never an error', async () => {
  const lost: (readonly [number, string])[] = []
  const exporter = exporterTo('http://127.0.0.1:1/v1/traces', lost)
  exporter.add([span])
  await exporter.close()
  assert.deepEqual(lost, [[1, 'ECONNREFUSED']])
})

test('a collector that refuses is told by its status', async (context) => {
  const { url } = await collector(context, 503)
  const lost: (readonly [number, string])[] = []
  const exporter = exporterTo(url, lost)
  exporter.add([span])
  await exporter.close()
  assert.deepEqual(lost, [[1, 'HTTP 503']])
})

test('more spans than may wait are dropped and counted', async (context) => {
  const { url, received } = await collector(context)
  const lost: (readonly [number, string])[] = []
  const exporter = exporterTo(url, lost)
  exporter.add(Array.from({ length: 5_000 }, () => span))
  await exporter.close()
  const counts = lost.filter(([, reason]) => reason === 'too many spans are waiting').map(([count]) => count)
  assert.deepEqual(counts, [5_000 - 2_048])
  const sent = received.flatMap(({ body }) => JSON.parse(body).resourceSpans[0].scopeSpans[0].spans)
  assert.ok(sent.length >= 512 && sent.length <= 2_048)
})
