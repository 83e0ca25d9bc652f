import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { ConnectionEffect, FaultEffect } from '../../../test/emulator/faults.ts'
import {
  type DoctorScene,
  type Look,
  podOption,
  startDoctorScene,
} from '../../../test/fixtures/doctor-scene.ts'
import { startLoopbackServer, testCaFile } from '../../../test/fixtures/loopback-server.ts'
import { checkAwsEndpoints } from './aws-endpoints.ts'
import { checkPodIdentityAgent } from './pod-identity-agent.ts'

let scene: DoctorScene

before(async () => {
  scene = await startDoctorScene()
})
after(() => scene.stop())
afterEach(() => scene.heal())

const isDeno = 'Deno' in globalThis
const skip = isDeno && 'skipped: needs a runtime that tells the key exchange of TLS'
/** State of the row of the key exchange. */
const told = isDeno ? 'unknown' : 'ok'

const options = () => ({ providerVolume: scene.folder, serviceAccountDirectory: scene.folder })

test('without a pod the three services of the region are asked, through the proxy', async () => {
  const rows = await scene.look(checkAwsEndpoints)
  assert.deepEqual(
    rows.map(({ check, state }) => `${state} ${check}`),
    [
      'ok aws sts us-east-1',
      'ok aws secretsmanager us-east-1',
      'ok aws ssm us-east-1',
      `${told} tls key exchange`,
      'ok clock',
    ],
  )
  assert.match(rows[0]?.found ?? '', /^sts\.us-east-1\.amazonaws\.com answers in \d+ ms \(through the proxy/)
})

test('with a pod what its classes use is asked, in both regions', async () => {
  const rows = await scene.look(checkAwsEndpoints, { options: { ...options(), ...podOption } })
  assert.deepEqual(rows.map(({ check }) => check).toSorted(), [
    'aws secretsmanager us-east-1',
    'aws secretsmanager us-west-2',
    'aws ssm us-east-1',
    'aws ssm us-west-2',
    'aws sts us-east-1',
    'aws sts us-west-2',
    'clock',
    'tls key exchange',
  ])
})

test('the key exchange of TLS is told, and which endpoint takes no post-quantum one', { skip }, async () => {
  const row = async (look?: Look) =>
    (await scene.look(checkAwsEndpoints, look)).find(({ check }) => check === 'tls key exchange')
  assert.deepEqual(await row(), {
    check: 'tls key exchange',
    state: 'ok',
    found: 'X25519MLKEM768: post-quantum',
  })
  const classical = await startLoopbackServer((_, response) => response.end(), {
    secure: true,
    keyExchange: 'X25519',
  })
  const environment = {
    AWS_ENDPOINT_URL_SSM: `https://127.0.0.1:${classical.port}`,
    NO_PROXY: '127.0.0.1',
  }
  const found = (await row({ environment }))?.found
  await classical.close()
  assert.match(found ?? '', /^X25519 with aws ssm us-east-1: not post-quantum/)
})

test('an endpoint that is reached directly tells TCP and TLS', async () => {
  const environment = { AWS_ENDPOINT_URL: scene.emulator.addresses.aws, HTTPS_PROXY: '' }
  const [row] = await scene.look(checkAwsEndpoints, { environment })
  assert.match(row?.found ?? '', /answers in \d+ ms \(127\.0\.0\.1, TCP \d+ ms, TLS \d+ ms\)$/)
})

test('FIPS goes for the stores, not for STS', async () => {
  const rows = await scene.look(checkAwsEndpoints, { environment: { AWS_USE_FIPS_ENDPOINT: 'true' } })
  assert.match(rows[0]?.found ?? '', /^sts\.us-east-1\./)
  assert.match(rows[1]?.found ?? '', /^secretsmanager-fips\.us-east-1\./)
})

test('a certificate of an unknown authority is named with its issuer', async () => {
  const rows = await scene.look(checkAwsEndpoints, { environment: { AWS_CA_BUNDLE: '' } })
  const [row] = rows
  assert.equal(row?.state, 'failed')
  assert.match(
    row?.found ?? '',
    /not trusted \((UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)\): .*issuer "Emulator of AWS and Kubernetes"/,
  )
  assert.match(row?.remedy ?? '', /AWS_CA_BUNDLE/)
})

test('a certificate of another name is told', async () => {
  const server = await startLoopbackServer((_, response) => response.end(), {
    secure: true,
    address: '127.0.0.2',
  })
  const environment = {
    AWS_ENDPOINT_URL: `https://127.0.0.2:${server.port}`,
    HTTPS_PROXY: '',
    AWS_CA_BUNDLE: testCaFile,
  }
  const [row] = await scene.look(checkAwsEndpoints, { environment })
  await server.close()
  assert.equal(row?.state, 'failed')
  assert.match(row?.found ?? '', /not trusted \(ERR_TLS_CERT_ALTNAME_INVALID\)/)
  assert.match(row?.remedy ?? '', /of another host/)
})

test('a host that is not there, and a port where nobody listens', async () => {
  for (const [url, found] of [
    ['https://nowhere.invalid', /resolve.* \((ENOTFOUND|EAI_AGAIN)\)$/],
    ['https://127.0.0.1:1', /refused \(ECONNREFUSED\)$/],
  ] as const) {
    const environment = { AWS_ENDPOINT_URL: url, HTTPS_PROXY: '' }
    const [row] = await scene.look(checkAwsEndpoints, { environment })
    assert.equal(row?.state, 'failed')
    assert.match(row?.found ?? '', found)
  }
})

const broken: readonly (readonly [name: string, effect: ConnectionEffect, found: RegExp])[] = [
  [
    'refused by the proxy',
    { do: 'refuse' },
    /the proxy opened no connection to the host \(502\) \(ERR_PROXY_TUNNEL\)$/,
  ],
  ['reset at the proxy', { do: 'refuse', status: 0 }, /\((ERR_PROXY_TUNNEL|ECONNRESET)\)$/],
  ['silent in TLS', { do: 'hang-tls' }, /timed out \(ETIMEDOUT\)$/],
  ['silent after TLS', { do: 'hang-after-tls' }, /timed out \(ETIMEDOUT\)$/],
]

for (const [name, effect, found] of broken) {
  test(`an endpoint that is ${name} is wrong, and the others are not`, async () => {
    scene.emulator.addFault({ when: { service: 'ssm' }, effect })
    const rows = await scene.look(checkAwsEndpoints)
    assert.deepEqual(
      rows.map(({ state }) => state),
      ['ok', 'ok', 'failed', told, 'ok'],
    )
    assert.match(rows[2]?.found ?? '', found)
    assert.notEqual(rows[2]?.remedy, undefined)
  })
}

test('a proxy is named without its password', async () => {
  const environment = { HTTPS_PROXY: 'http://someone:canary-password@127.0.0.1:9' }
  const rows = await scene.look(checkAwsEndpoints, { environment })
  assert.match(rows[0]?.found ?? '', /HTTPS_PROXY 127\.0\.0\.1:9/)
  assert.doesNotMatch(JSON.stringify(rows), /canary-password|someone/)
})

test('no region, no endpoints', async () => {
  const [row] = await scene.look(checkAwsEndpoints, { environment: { NODE_NAME: '' } })
  assert.equal(row?.state, 'unknown')
})

for (const [seconds, state, found] of [
  [60, 'ok', /(60|59|61) s behind AWS/],
  [-600, 'failed', /(600|599|601) s ahead of AWS/],
  [600, 'failed', /(600|599|601) s behind AWS/],
] as const) {
  test(`AWS's clock at ${seconds} s is ${state}`, async () => {
    scene.emulator.setClockOffset(seconds)
    const row = (await scene.look(checkAwsEndpoints)).at(-1)
    assert.equal(row?.state, state)
    assert.match(row?.found ?? '', found)
  })
}

const agents = [
  ['both answer', [], undefined, ['ok', 'ok']],
  ['one is silent, nobody needs it', ['ipv6'], undefined, ['ok', 'unknown']],
  ['none answers, nobody needs it', ['ipv4', 'ipv6'], undefined, ['unknown', 'unknown']],
  ['one is silent, either will do', ['ipv4'], 'auto', ['unknown', 'ok']],
  ['the one that is needed is silent', ['ipv6'], 'ipv6', ['ok', 'failed']],
  ['none answers, one is needed', ['ipv4', 'ipv6'], 'auto', ['failed', 'failed']],
] as const

for (const [name, silent, preferredAddressType, states] of agents) {
  test(`Pod Identity agent: ${name}`, async () => {
    const effect: FaultEffect = { do: 'hang' }
    for (const region of silent)
      scene.emulator.addFault({ when: { service: 'pod-identity', region }, effect })
    const parameters = { preferredAddressType }
    scene.emulator.mergeWorld({
      kubernetes: { secretProviderClasses: { 'default/app-agent': { parameters } } },
    })
    const pod = preferredAddressType === undefined ? {} : podOption
    const rows = await scene.look(checkPodIdentityAgent, {
      options: { ...options(), ...pod, podIdentityHttpTimeout: '500ms' },
    })
    assert.deepEqual(
      rows.map(({ state }) => state),
      states,
    )
  })
}
