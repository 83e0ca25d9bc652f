import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MountTrace } from '../mount/mount-trace.ts'
import type { Span } from './span-exporter.ts'
import { createTracer } from './tracer.ts'

const raw = { attributes: '{}', targetPath: '/var/lib/v' }

function collect() {
  const spans: Span[] = []
  const tracer = createTracer({ add: (more) => void spans.push(...more), close: async () => {} })
  return { spans, tracer }
}

test('the spans of a mount have the trace id that its log lines name', async () => {
  const { spans, tracer } = collect()
  const trace = new MountTrace(raw, undefined, tracer.newTraceId())
  await trace.during('request', () => {})
  tracer.mountEnded(trace, 'OK')
  assert.match(trace.traceId ?? '', /^[0-9a-f]{32}$/)
  assert.equal(trace.who().traceId, trace.traceId)
  assert.deepEqual(
    spans.map(({ name, traceId }) => [name, traceId]),
    [
      ['mount', trace.traceId],
      ['request', trace.traceId],
    ],
  )
})

test('two mounts are two traces', () => {
  const { tracer } = collect()
  assert.notEqual(tracer.newTraceId(), tracer.newTraceId())
})

test('without a tracer log lines name no trace', () => {
  assert.equal(new MountTrace(raw).who().traceId, undefined)
})

test('spans have the time of the day, also after the clock was set', async (context) => {
  const { spans, tracer } = collect()
  const trace = new MountTrace(raw)
  await trace.during('request', () => {})
  const hour = 3_600_000
  const set = Date.now() + hour
  context.mock.method(Date, 'now', () => set)
  tracer.mountEnded(trace, 'OK')
  assert.equal(spans.length, 2)
  for (const { begun, ended } of spans) {
    assert.ok(begun <= ended && Math.abs(ended - set) < hour / 2, `${begun} to ${ended}`)
    assert.ok(begun > set - hour / 2, `${begun} is before the clock was set to ${set}`)
  }
})
