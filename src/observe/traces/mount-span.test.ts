import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpanStatusCode } from '@opentelemetry/api'
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { type AwsCall, AwsFailure } from '../../aws/failures/failure.ts'
import { MountTrace } from '../../mount/mount-trace.ts'
import { createMountSpan, type TracedMount } from './mount-span.ts'

const raw = { attributes: '{}', targetPath: '/var/lib/v' }
const call: AwsCall = { service: 'secretsmanager', region: 'eu-west-1', operation: 'GetSecretValue' }

function begin() {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] })
  let current: TracedMount | undefined
  const span = createMountSpan(provider.getTracer('test'), (mount, run) => {
    current = mount
    return run()
  })
  const trace = new MountTrace(raw, undefined, span)
  return { span, trace, current: () => current, sent: () => exporter.getFinishedSpans() }
}

test('the spans of a mount have the trace id that its log lines name', async () => {
  const { span, trace, sent } = begin()
  await trace.during('request', () => {})
  span.end(trace, 'OK')
  assert.match(span.traceId, /^[0-9a-f]{32}$/)
  assert.equal(trace.who().traceId, span.traceId)
  assert.deepEqual(
    sent().map(({ name, parentSpanContext }) => [name, parentSpanContext?.traceId]),
    [
      ['queue', span.traceId],
      ['request', span.traceId],
      ['mount', undefined],
    ],
  )
})

test('two mounts are two traces', () => {
  assert.notEqual(begin().span.traceId, begin().span.traceId)
})

test('without a span log lines name no trace', () => {
  assert.equal(new MountTrace(raw).who().traceId, undefined)
})

test('a failed mount is an error, and the stage that it failed in, over or not', async () => {
  const { span, trace, sent } = begin()
  await trace.during('request', () => {})
  void trace.during('fetch', () => new Promise(() => {}))
  span.end(trace, 'ACCESS_DENIED')
  const failed = sent().filter(({ status }) => status.code === SpanStatusCode.ERROR)
  assert.deepEqual(
    failed.map(({ name, attributes }) => [name, attributes['ascp.code']]),
    [
      ['fetch', undefined],
      ['mount', 'ACCESS_DENIED'],
    ],
  )
})

test('each try of a call is a child of the mount: what, where, which try, how it ended', () => {
  const { trace, sent } = begin()
  const cause = Object.assign(new Error(), { $metadata: { httpStatusCode: 400 } })
  trace.failed(
    call,
    new AwsFailure(call, 'throttling', 'ThrottlingException', 'rate of MySecret', {
      requestId: 'r-1',
      cause,
    }),
    20,
  )
  trace.failed(call, new AwsFailure(call, 'network', 'ECONNRESET', 'the connection was reset'), 5)
  trace.answered(call, 10, 'r-3')
  trace.answered(call, 10, 'r-4')
  const common = {
    'rpc.system': 'aws-api',
    'rpc.service': 'SecretsManager',
    'rpc.method': 'GetSecretValue',
    'cloud.region': 'eu-west-1',
  }
  assert.deepEqual(
    sent().map(({ name, attributes, status }) => [name, status.code, { ...attributes }]),
    [
      [
        'SecretsManager.GetSecretValue',
        SpanStatusCode.ERROR,
        {
          ...common,
          'ascp.attempt': 1,
          'http.response.status_code': 400,
          'aws.request_id': 'r-1',
          'ascp.failure.kind': 'throttling',
          'error.type': 'ThrottlingException',
        },
      ],
      [
        'SecretsManager.GetSecretValue',
        SpanStatusCode.ERROR,
        { ...common, 'ascp.attempt': 2, 'ascp.failure.kind': 'network', 'error.type': 'ECONNRESET' },
      ],
      [
        'SecretsManager.GetSecretValue',
        SpanStatusCode.UNSET,
        { ...common, 'ascp.attempt': 3, 'http.response.status_code': 200, 'aws.request_id': 'r-3' },
      ],
      [
        'SecretsManager.GetSecretValue',
        SpanStatusCode.UNSET,
        { ...common, 'ascp.attempt': 1, 'http.response.status_code': 200, 'aws.request_id': 'r-4' },
      ],
    ],
  )
  assert.doesNotMatch(JSON.stringify(sent().map(({ events, status }) => [events, status])), /MySecret/)
})

test('a call of a client that knows no mount is told of the mount that it was made in', async () => {
  const { span, trace, current, sent } = begin()
  await span.during(async () => {
    current()?.called('kubernetes get serviceaccounts', 3, { failure: '403', attributes: {} })
  })
  span.end(trace, 'OK')
  const [made, , whole] = sent()
  assert.equal(made?.parentSpanContext?.spanId, whole?.spanContext().spanId)
  assert.equal(made?.attributes['error.type'], '403')
})

test('spans have the time of the day, also after the clock was set', async (context) => {
  const hour = 3_600_000
  const set = Date.now() + hour
  // It goes back by another hour each time that somebody looks: once for a mount.
  let looks = 0
  context.mock.method(Date, 'now', () => set - hour * looks++)
  const { span, trace, sent } = begin()
  await trace.during('request', () => {})
  trace.answered(call, 10, undefined)
  span.end(trace, 'OK')
  assert.equal(sent().length, 4)
  for (const { name, startTime, endTime } of sent()) {
    const [begun, ended] = [startTime, endTime].map(([seconds, nanos]) => seconds * 1_000 + nanos / 1e6) as [
      number,
      number,
    ]
    assert.ok(begun <= ended && Math.abs(ended - set) < hour / 2, `${name}: ${begun} to ${ended}`)
    assert.ok(begun > set - hour / 2, `${name}: ${begun} is before the clock was set to ${set}`)
  }
})
