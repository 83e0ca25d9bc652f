import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProviderError } from '../errors/provider-error.ts'
import { readTraceSettings } from './trace-settings.ts'

const read = (environment: Readonly<Record<string, string>>) => {
  const warnings: string[] = []
  return { settings: readTraceSettings(environment, warnings), warnings }
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

for (const environment of [
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318' },
  { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/x', OTEL_EXPORTER_OTLP_ENDPOINT: 'not looked at' },
  { OTEL_TRACES_EXPORTER: 'otlp' },
]) {
  test(`${JSON.stringify(environment)} asks for traces of all mounts`, () =>
    assert.deepEqual(read(environment).settings, { sampledPart: 1, files: [] }))
}

for (const [environment, part] of [
  [{ OTEL_TRACES_SAMPLER: 'always_on' }, 1],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_always_off' }, 0],
  [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' }, 0.25],
  [{ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' }, 1],
] as const) {
  test(`${JSON.stringify(environment)} sends ${part} of the mounts`, () =>
    assert.equal(read({ OTEL_TRACES_EXPORTER: 'otlp', ...environment }).settings?.sampledPart, part))
}

test('files are named with the variable that counts', () => {
  const { settings } = read({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c:4318',
    OTEL_EXPORTER_OTLP_CERTIFICATE: '/ca.pem',
    OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: '/key.pem',
    OTEL_EXPORTER_OTLP_CLIENT_KEY: '/other.pem',
  })
  assert.deepEqual(settings?.files, [
    { setting: 'OTEL_EXPORTER_OTLP_CERTIFICATE', path: '/ca.pem' },
    { setting: 'OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY', path: '/key.pem' },
  ])
})

for (const environment of [
  { OTEL_TRACES_EXPORTER: 'zipkin' },
  { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4317', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
  { OTEL_TRACES_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER: 'jaeger_remote' },
]) {
  test(`${JSON.stringify(environment)} is warned about`, () =>
    assert.equal(read(environment).warnings.length, 1))
}

for (const [setting, received] of [
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['OTEL_TRACES_SAMPLER_ARG', '25%'],
] as const) {
  test(`${setting} of "${received}" is an error that names the variable`, () => {
    const environment = {
      OTEL_TRACES_EXPORTER: 'otlp',
      OTEL_TRACES_SAMPLER: 'traceidratio',
      [setting]: received,
    }
    assert.throws(
      () => read(environment),
      (error) => error instanceof ProviderError && error.message.includes(setting),
    )
  })
}
