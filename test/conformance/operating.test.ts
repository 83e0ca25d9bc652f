import assert from 'node:assert/strict'
import { createServer as createHttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { mountAs } from '../harness/driver.ts'
import { freePort } from '../harness/free-port.ts'
import { type Provider, startProvider } from '../harness/provider.ts'
import { objectsText } from '../harness/scene.ts'

let emulator: Emulator
let provider: Provider
let port: number

before(async () => {
  emulator = await startEmulator({ world: examplesWorld() })
  port = await freePort()
  provider = await startProvider(emulator, { flags: [`--health-port=${port}`] })
})
after(async () => {
  await provider.stop()
  await emulator.close()
})

async function page(path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`)
  return { status: answer.status, text: await answer.text() }
}

const mount = (objectName: string, pod: string) =>
  mountAs(emulator, provider, {
    pod,
    parameters: { region: 'us-east-1', objects: objectsText({ objectName, objectType: 'secretsmanager' }) },
  })

test('the provider is alive and ready, check by check', async () => {
  assert.deepEqual(await page('/livez?verbose'), {
    status: 200,
    text: '[+]event-loop ok\nlivez check passed\n',
  })
  assert.deepEqual(await page('/readyz?verbose'), {
    status: 200,
    text: '[+]event-loop ok\n[+]driver-socket ok\n[+]kubernetes-api ok\n[+]mount-pipeline ok\n[+]shutdown ok\nreadyz check passed\n',
  })
})

test('mounts are counted by outcome, code and session', async () => {
  assert.equal((await mount('MySecret', 'counted-0')).status, 'OK')
  assert.equal((await mount('MySecret', 'counted-1')).status, 'OK')
  assert.equal((await mount('NoSecret', 'counted-2')).status, 'NOT_FOUND')
  const lines = (await page('/metrics')).text.split('\n')
  for (const line of [
    'ascp_mounts_total{outcome="success",code="OK"} 2',
    'ascp_mounts_total{outcome="error",code="OBJECT_NOT_FOUND"} 1',
    'ascp_mount_duration_seconds_count{outcome="success",session="cold"} 1',
    'ascp_mount_duration_seconds_count{outcome="success",session="warm"} 1',
    'ascp_aws_requests_total{service="secretsmanager",operation="GetSecretValue",region="us-east-1",outcome="success"} 2',
    'ascp_aws_requests_total{service="secretsmanager",operation="GetSecretValue",region="us-east-1",outcome="client"} 1',
    'ascp_kubernetes_requests_total{verb="get",resource="serviceaccounts",status="200"} 3',
    'ascp_files_total{action="written"} 2',
    'ascp_sessions 1',
    'ascp_mounts_in_progress 0',
    'ascp_ready 1',
  ]) {
    assert.ok(lines.includes(line), line)
  }
})

test('the calls for several secrets have names of their own in metrics and in the line of the mount', async () => {
  const objects = ['MySecret', 'MySecret2'].map((objectName) => ({
    objectName,
    objectType: 'secretsmanager',
  }))
  const query = { objectType: 'secretsmanagerquery', filters: [{ key: 'name', values: ['MySecret'] }] }
  const parameters = { region: 'us-east-1', batchReads: 'true', objects: objectsText(...objects) }
  assert.equal((await mountAs(emulator, provider, { pod: 'several-0', parameters })).status, 'OK')
  const found = { region: 'us-east-1', objects: objectsText(query) }
  assert.equal((await mountAs(emulator, provider, { pod: 'several-1', parameters: found })).status, 'OK')
  const line =
    'ascp_aws_requests_total{service="secretsmanager",operation="BatchGetSecretValue",region="us-east-1",outcome="success"} 2'
  const text = (await page('/metrics')).text
  assert.ok(text.split('\n').includes(line), text)
  await untilLogged(/"several-1".*"calls":\{"BatchGetSecretValue":1\}/)
})

test('so have the exchange for the role of assumeRoleArn, and the pages of a path', async () => {
  const role = 'arn:aws:iam::111122223333:role/reader'
  emulator.mergeWorld({
    roles: {
      [role]: { trust: [], assumableBy: [{ principals: ['arn:aws:iam::111122223333:role/shop'] }] },
    },
  })
  const objects = objectsText({
    objectName: '/',
    objectType: 'ssmparameterpath',
    keepPath: true,
    optional: true,
  })
  const parameters = { region: 'us-east-1', assumeRoleArn: role, objects }
  assert.equal((await mountAs(emulator, provider, { pod: 'reader-0', parameters })).status, 'OK')
  const { text } = await page('/metrics')
  for (const [service, operation] of [
    ['sts', 'AssumeRole'],
    ['ssm', 'GetParametersByPath'],
  ])
    assert.match(
      text,
      new RegExp(
        `^ascp_aws_requests_total\\{service="${service}",operation="${operation}",.*"success"\\} `,
        'm',
      ),
    )
  await untilLogged(/"reader-0".*"calls":\{"AssumeRole":1,"GetParametersByPath":\d+\}/)
})

test('one line tells of a mount, and namespace and pod of an event lead to it', async () => {
  await mount('NoSecret', 'told-0')
  await untilLogged(/"told-0".*"mount failed"/)
  const found = provider
    .log()
    .split('\n')
    .filter((line) => line.includes('"namespace":"default","pod":"told-0"'))
  assert.equal(found.length, 1)
  const line = JSON.parse(found[0] ?? '{}')
  assert.deepEqual(
    [
      line.level,
      line.msg,
      line.outcome,
      line.code,
      line.serviceAccount,
      line.identity,
      line.regions,
      line.objects,
      line.calls,
    ],
    [
      'error',
      'mount failed',
      'error',
      'OBJECT_NOT_FOUND',
      'shop',
      'role arn:aws:iam::111122223333:role/shop',
      ['us-east-1'],
      1,
      { GetSecretValue: 1 },
    ],
  )
  assert.deepEqual(Object.keys(line.stageMs), ['queue', 'request', 'region', 'identity', 'fetch'])
  assert.match(line.failures[0].requestId, /^[0-9a-f-]{36}$/)
})

test('SIGUSR2 makes the log say more, and again less', async () => {
  const debugLines = () => provider.lines().filter(({ level }) => level === 'debug').length
  provider.process.kill('SIGUSR2')
  await untilLogged('"logLevel":"debug"')
  await mount('MySecret', 'loud-0')
  await untilLogged(/"loud-0".*"mounted"/)
  const loud = debugLines()
  assert.ok(loud >= 2, `${loud} lines`)
  provider.process.kill('SIGUSR2')
  await untilLogged('"logLevel":"info"')
  await mount('MySecret', 'quiet-0')
  await untilLogged(/"quiet-0".*"mounted"/)
  assert.equal(debugLines(), loud)
})

/** The pipe from the provider may be behind its answers. */
async function untilLogged(words: string | RegExp, of: Provider = provider): Promise<void> {
  const isThere = () => (typeof words === 'string' ? of.log().includes(words) : words.test(of.log()))
  for (let tries = 0; tries < 500 && !isThere(); tries += 1) await sleep(10)
  assert.ok(isThere(), `${words}`)
}

test('a collector gets the trace that the log line of the mount names, and its node', async () => {
  const sent: Buffer[] = []
  const keys: unknown[] = []
  const collector = createHttpServer(async (request, response) => {
    keys.push(request.headers['api-key'])
    sent.push(Buffer.concat(await request.toArray()))
    response.end()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => collector.once('listening', resolve))
  const { port: at } = collector.address() as AddressInfo
  const traced = await startProvider(emulator, {
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${at}`,
      OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20key',
      OTEL_EXPORTER_OTLP_TIMEOUT: '30000',
      OTEL_RESOURCE_ATTRIBUTES: 'k8s.cluster.name=blue',
    },
  })
  const parameters = {
    region: 'us-east-1',
    objects: objectsText({ objectName: 'NoSuchSecret', objectType: 'secretsmanager' }),
  }
  await mountAs(emulator, traced, { parameters })
  await untilLogged('"mount failed"', traced)
  const line = traced.lines().find(({ msg }) => msg === 'mount failed')
  await traced.stop()
  await new Promise((resolve) => collector.close(resolve))
  assert.match(String(line?.traceId), /^[0-9a-f]{32}$/)
  // In protobuf strings and ids stand as they are.
  for (const part of [
    Buffer.from(String(line?.traceId), 'hex'),
    'k8s.node.name',
    'node-1',
    'blue',
    'SecretsManager.GetSecretValue',
  ]) {
    assert.ok(sent[0]?.includes(part), `${part}`)
  }
  assert.deepEqual(keys, ['a key'])
  assert.ok(!sent.some((body) => body.includes('NoSuchSecret')))
})

test('a health port that is taken is a warning, and the provider serves all the same', async () => {
  const second = await startProvider(emulator, { flags: [`--health-port=${port}`] })
  await untilLogged('EADDRINUSE', second)
  const warning = second.lines().find(({ level }) => level === 'warn')
  await second.stop()
  assert.deepEqual([warning?.port, warning?.errno], [port, 'EADDRINUSE'])
})
