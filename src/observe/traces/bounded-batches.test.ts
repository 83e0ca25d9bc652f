import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type SpanExporter, TracerProvider } from '@opentelemetry/sdk-trace'
import { createBoundedBatches } from './bounded-batches.ts'

type Outcome = Parameters<Parameters<SpanExporter['export']>[1]>[0]

function batchesTo(outcome: Outcome | undefined) {
  const lost: (readonly [number, string])[] = []
  const unanswered: (() => void)[] = []
  let sent = 0
  const exporter: SpanExporter = {
    export(spans, done) {
      sent += spans.length
      if (outcome === undefined) unanswered.push(() => done({ code: 0 }))
      else done(outcome)
    },
    shutdown: async () => {},
  }
  const batches = createBoundedBatches(exporter, (spans, reason) => lost.push([spans, reason]))
  const tracer = new TracerProvider({ spanProcessors: [batches] }).getTracer('test')
  const add = (count: number) => {
    for (let made = 0; made < count; made += 1) tracer.startSpan('mount').end()
  }
  const answerAll = () => {
    for (const answer of unanswered) answer()
  }
  return { batches, add, lost, sent: () => sent, answerAll }
}

test('what arrives is no loss', async () => {
  const { batches, add, lost, sent } = batchesTo({ code: 0 })
  add(3)
  await batches.shutdown()
  batches.tellLoss()
  assert.deepEqual([sent(), lost], [3, []])
})

for (const [error, reason] of [
  [Object.assign(new Error('connect 10.0.0.1'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  [Object.assign(new Error('Unauthorized'), { code: 401, data: 'what a collector answers' }), 'HTTP 401'],
  [new Error('Request timed out'), 'Request timed out'],
] as const) {
  test(`a batch that fails by "${error.message}" is told as ${reason}`, async () => {
    const { batches, add, lost } = batchesTo({ code: 1, error })
    add(2)
    await batches.shutdown().catch(() => {})
    assert.deepEqual(lost, [[2, reason]])
  })
}

test('a collector that never answers costs a bounded number of spans, which are told', async () => {
  const { batches, add, lost, sent, answerAll } = batchesTo(undefined)
  add(5_000)
  batches.shutdown().catch(() => {})
  await new Promise((resolve) => setImmediate(resolve))
  batches.tellLoss()
  assert.deepEqual(lost, [
    [5_000 - 2_048, 'too many spans are waiting'],
    [2_048, 'the process has ended'],
  ])
  assert.ok(sent() <= 2_048)
  // Its timers would keep the test waiting.
  answerAll()
})
