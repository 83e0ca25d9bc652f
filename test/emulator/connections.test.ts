import assert from 'node:assert/strict'
import { Agent, request } from 'node:https'
import { connect } from 'node:net'
import { after, before, beforeEach, test } from 'node:test'
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import type { ClientSettings } from './aws-clients.ts'
import { createAwsClients } from './aws-clients.ts'
import type { Emulator } from './emulator.ts'
import { startEmulator } from './emulator.ts'
import { readEndpointName } from './endpoint-name.ts'

let emulator: Emulator

before(async () => {
  emulator = await startEmulator({
    world: {
      regions: {
        'us-east-1': { secrets: { a: { string: 'b' } } },
        'cn-north-1': { secrets: { a: { string: 'b' } } },
      },
    },
    verifySignatures: false,
  })
})
beforeEach(() => emulator.clearCalls())
after(() => emulator.close())

const get = new GetSecretValueCommand({ SecretId: 'a' })

const names: readonly [ClientSettings, string][] = [
  [{ region: 'us-east-1' }, 'secretsmanager.us-east-1.amazonaws.com'],
  [{ region: 'cn-north-1' }, 'secretsmanager.cn-north-1.amazonaws.com.cn'],
  [{ region: 'us-east-1', useFipsEndpoint: true }, 'secretsmanager-fips.us-east-1.amazonaws.com'],
]
for (const [settings, host] of names) {
  test(`${host} is served through the proxy with keep-alive: one CONNECT for three calls`, async () => {
    const clients = createAwsClients(emulator, settings)
    for (const _ of [1, 2, 3]) {
      await clients.secretsManager.send(get)
    }
    clients.close()
    assert.equal(emulator.calls({ service: 'proxy' }).length, 1)
    const calls = emulator.calls({ service: 'secretsmanager' })
    assert.deepEqual(
      calls.map((call) => [call.host, call.region, call.via, call.status]),
      Array(3).fill([host, settings.region, 'proxy', 200]),
    )
  })
}

test('a second connection resumes the TLS session of the first', async () => {
  const agent = new Agent({ ca: emulator.certificate })
  const { port } = new URL(emulator.addresses.aws)
  const servername = 'ssm.us-east-1.amazonaws.com'
  for (const _ of [1, 2]) {
    await new Promise<void>((done) => {
      request({ agent, host: '127.0.0.1', port, servername, headers: { host: servername } }, (response) => {
        response.resume().on('end', done)
      }).end()
    })
  }
  agent.destroy()
  const { tlsHandshakes, tlsResumed, connectionsOpened } = emulator.counters()
  assert.deepEqual([tlsHandshakes, tlsResumed, connectionsOpened], [2, 1, 2])
  assert.deepEqual(
    emulator.calls().map(({ via, host }) => [via, host]),
    Array(2).fill(['direct', servername]),
  )
})

test('a client with an endpoint of its own is understood by its signature', async () => {
  const answer = await new Promise<string>((done) => {
    const scope = 'AKIAX/20260101/cn-north-1/secretsmanager/aws4_request'
    const headers = {
      'x-amz-target': 'secretsmanager.GetSecretValue',
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=00`,
    }
    request(emulator.addresses.aws, { method: 'POST', ca: emulator.certificate, headers }, (response) => {
      response.setEncoding('utf8').on('data', done)
    }).end('{"SecretId":"a"}')
  })
  assert.match(answer, /cn-north-1/)
})

async function ask(url: string, line: string): Promise<string> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.write(`${line}\r\nhost: x\r\n\r\n`)
  const [first] = await Promise.all([
    new Promise<string>((done) => socket.once('data', (data) => done(String(data)))),
  ])
  socket.destroy()
  return first.split('\r\n')[0] ?? ''
}

for (const [target, status] of [
  ['example.com:443', 403],
  ['s3.us-east-1.amazonaws.com:443', 403],
  ['ssm.us-east-1.amazonaws.com:80', 403],
  ['ssm.mars-east-1.amazonaws.com:443', 502],
] as const) {
  test(`CONNECT ${target} is answered ${status}`, async () => {
    assert.match(await ask(emulator.addresses.proxy, `CONNECT ${target} HTTP/1.1`), new RegExp(` ${status} `))
  })
}

test('a proxy that wants a password answers 407 without it', async () => {
  const guarded = await startEmulator({ proxy: { authorization: 'u:p' } })
  const target = 'ssm.us-east-1.amazonaws.com:443'
  assert.match(await ask(guarded.addresses.proxy, `CONNECT ${target} HTTP/1.1`), / 407 /)
  const header = `proxy-authorization: Basic ${Buffer.from('u:p').toString('base64')}`
  assert.match(await ask(guarded.addresses.proxy, `CONNECT ${target} HTTP/1.1\r\n${header}`), / 200 /)
  await guarded.close()
})

for (const [host, expected] of [
  ['ssm.us-east-1.api.aws', { service: 'ssm', region: 'us-east-1' }],
  ['sts-fips.us-gov-west-1.amazonaws.com:443', { service: 'sts', region: 'us-gov-west-1' }],
  ['sts.amazonaws.com', { service: 'sts', region: 'us-east-1' }],
  ['secretsmanager.us-iso-east-1.c2s.ic.gov', { service: 'secretsmanager', region: 'us-iso-east-1' }],
  ['secretsmanager.us-isob-east-1.sc2s.sgov.gov', { service: 'secretsmanager', region: 'us-isob-east-1' }],
  ['secretsmanager.us-east-1.amazonaws.com.evil.example', undefined],
  ['secretsmanager.amazonaws.com', undefined],
] as const) {
  test(`the host ${host} ${expected === undefined ? 'is no endpoint of AWS' : `is ${expected.service} in ${expected.region}`}`, () => {
    assert.deepEqual(readEndpointName(host), expected)
  })
}
