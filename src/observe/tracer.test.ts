import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MountTrace } from '../mount/mount-trace.ts'
import type { Span } from './span-exporter.ts'
import { createTracer } from './tracer.ts'

test('spans have the time of the day, also after the clock was set', async (context) => {
  const spans: Span[] = []
  const tracer = createTracer({ add: (more) => spans.push(...more), close: async () => {} })
  const trace = new MountTrace({ attributes: '{}', targetPath: '/' })
  await trace.during('request', () => {})
  const hour = 3_600_000
  const set = Date.now() + hour
  context.mock.method(Date, 'now', () => set)
  tracer.mountEnded(trace, 'OK')
  assert.equal(spans.length, 2)
  for (const { begun, ended } of spans) {
    assert.ok(begun <= ended && ended <= set + 1, `${begun} to ${ended}`)
    assert.ok(begun > set - hour / 2, `${begun} is before the clock was set to ${set}`)
  }
})
