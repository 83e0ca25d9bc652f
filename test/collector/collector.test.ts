import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, type TestContext, test } from 'node:test'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { skipWithout } from '../harness/cached-tool.ts'
import { mountAs } from '../harness/driver.ts'
import { freePort } from '../harness/free-port.ts'
import { startProvider } from '../harness/provider.ts'
import { objectsText } from '../harness/scene.ts'
import {
  buildCollector,
  type Collector,
  createTlsFiles,
  type ReceivedSpan,
  startCollector,
} from './collector.ts'

const parameters = {
  region: 'us-east-1',
  objects: objectsText({ objectName: 'MySecret', objectType: 'secretsmanager' }),
}

describe("traces at OpenTelemetry's collector", { skip: skipWithout('Go', 'go', ['version']) }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'collector-tls-'))
  let emulator: Emulator
  let program: string

  before(async () => {
    program = buildCollector()
    emulator = await startEmulator({ world: examplesWorld() })
  })
  after(async () => {
    await emulator?.close()
    rmSync(folder, { recursive: true })
  })

  /** What a collector has of one mount by a provider that has stopped since. */
  async function spansOfMount(
    context: TestContext,
    environment: Readonly<Record<string, string>>,
    collector: Collector,
  ): Promise<readonly ReceivedSpan[]> {
    const provider = await startProvider(emulator, { environment })
    context.after(provider.stop)
    assert.equal((await mountAs(emulator, provider, { parameters })).status, 'OK')
    await provider.stop()
    assert.doesNotMatch(provider.log(), /traces were lost/)
    await collector.stop()
    return collector.spans()
  }

  test('a mount is a span with its stages and every try of every call below it', async (context) => {
    const port = await freePort()
    const collector = await startCollector(program, port)
    context.after(collector.stop)
    emulator.addFault({
      when: { service: 'secretsmanager', remaining: 1 },
      effect: { do: 'answer', status: 503 },
    })
    const spans = await spansOfMount(
      context,
      { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
      collector,
    )
    const [whole] = spans.filter(({ parentSpanId }) => parentSpanId === '')
    assert.equal(whole?.name, 'mount')
    assert.equal(whole?.attributes['ascp.code'], 'OK')
    assert.equal(whole?.resource['k8s.node.name'], 'node-1')
    const below = spans.filter(({ parentSpanId }) => parentSpanId === whole?.spanId)
    assert.deepEqual(new Set(spans.map(({ traceId }) => traceId)), new Set([whole?.traceId]))
    assert.deepEqual(below.map(({ name }) => name).sort(), [
      'STS.AssumeRoleWithWebIdentity',
      'SecretsManager.GetSecretValue',
      'SecretsManager.GetSecretValue',
      'extract',
      'fetch',
      'identity',
      'kubernetes get serviceaccounts',
      'queue',
      'queue',
      'region',
      'request',
      'write',
    ])
    const tries = below.filter(({ name }) => name === 'SecretsManager.GetSecretValue')
    assert.deepEqual(
      tries.map(({ status, attributes }) => [
        attributes['ascp.attempt'],
        attributes['http.response.status_code'],
        attributes['cloud.region'],
        status,
      ]),
      [
        ['1', '503', 'us-east-1', 2],
        ['2', '200', 'us-east-1', 0],
      ],
    )
    assert.match(String(tries[1]?.attributes['aws.request_id']), /^[0-9a-f-]{36}$/)
    assert.doesNotMatch(JSON.stringify(spans), /MySecret/)
  })

  test('spans travel by TLS with a certificate of ours, compressed', async (context) => {
    const port = await freePort()
    const tls = createTlsFiles(folder)
    const collector = await startCollector(program, port, tls)
    context.after(collector.stop)
    const spans = await spansOfMount(
      context,
      {
        OTEL_EXPORTER_OTLP_ENDPOINT: `https://127.0.0.1:${port}`,
        OTEL_EXPORTER_OTLP_CERTIFICATE: tls.ca,
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: tls.client.certificate,
        OTEL_EXPORTER_OTLP_CLIENT_KEY: tls.client.key,
        OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
      },
      collector,
    )
    assert.ok(spans.some(({ name }) => name === 'mount'))
  })

  test('a collector that comes late still gets what was sent before', async (context) => {
    const port = await freePort()
    const provider = await startProvider(emulator, {
      environment: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
    })
    context.after(provider.stop)
    assert.equal((await mountAs(emulator, provider, { parameters })).status, 'OK')
    // The first batch goes five seconds after the mount; the exporter tries it for ten more.
    await new Promise((resolve) => setTimeout(resolve, 7_000))
    const collector = await startCollector(program, port)
    context.after(collector.stop)
    while (!collector.spans().some(({ name }) => name === 'mount')) {
      assert.doesNotMatch(provider.log(), /traces were lost/)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
})
