import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProviderError } from '../errors/provider-error.ts'
import { readTraceSettings } from './trace-settings.ts'

const read = (environment: Readonly<Record<string, string>>) => {
  const warnings: string[] = []
  return { settings: readTraceSettings(environment, 'provider', warnings), warnings }
}

for (const environment of [
  {},
  { OTEL_SERVICE_NAME: 'x' },
  { OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
  { OTEL_SDK_DISABLED: 'true', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
]) {
  test(`no traces are sent for ${JSON.stringify(environment)}`, () =>
    assert.equal(read(environment).settings, undefined))
}

for (const [environment, url] of [
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' }, 'http://c:4318/v1/traces'],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c/otlp/' }, 'https://c/otlp/v1/traces'],
  [
    { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://c/x', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://d' },
    'http://c/x',
  ],
  [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
] as const) {
  test(`${JSON.stringify(environment)} sends traces to ${url}`, () =>
    assert.equal(read(environment).settings?.url, url))
}

test('headers, time and resource are read as the specification says', () => {
  const { settings } = read({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20b, x=1',
    OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: '2000',
    OTEL_RESOURCE_ATTRIBUTES: 'k8s.cluster.name=c1,service.name=other,=x',
    OTEL_SERVICE_NAME: 'mine',
  })
  assert.deepEqual(settings?.headers, { 'api-key': 'a b', x: '1' })
  assert.equal(settings?.timeoutMs, 2_000)
  assert.deepEqual(settings?.resource, { 'k8s.cluster.name': 'c1', 'service.name': 'mine' })
})

for (const environment of [
  { OTEL_TRACES_EXPORTER: 'zipkin' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
]) {
  test(`${JSON.stringify(environment)} is warned about`, () =>
    assert.equal(read(environment).warnings.length, 1))
}

test('an endpoint that is no URL is an error that names the variable', () => {
  assert.throws(
    () => read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }),
    (error) => error instanceof ProviderError && /OTEL_EXPORTER_OTLP_ENDPOINT/.test(error.message),
  )
})
