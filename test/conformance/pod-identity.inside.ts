/**
 * Run by pod-identity.test.ts in a network of its own, where the agent's link-local addresses can be had.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { isUntouched, type MountEnd, type MountWish, mountAs } from '../harness/driver.ts'
import { agentRole, type PodIdentityScene, startPodIdentityScene } from '../harness/pod-identity-scene.ts'
import { startProvider } from '../harness/provider.ts'
import { forbiddenStatuses, objectsText } from '../harness/scene.ts'

const objects = objectsText({ objectName: 'log-level', objectType: 'ssmparameter' })

let scene: PodIdentityScene

before(async () => {
  scene = await startPodIdentityScene()
})
after(() => scene.stop())
afterEach(() => {
  scene.emulator.clearFaults()
  scene.emulator.clearCalls()
})

for (const [preferredAddressType, family] of [
  ['ipv4', 'ipv4'],
  ['IPv4', 'ipv4'],
  ['ipv6', 'ipv6'],
  ['IPV6', 'ipv6'],
  ['auto', 'ipv4'],
  ['', 'ipv4'],
  ['pigeon', 'ipv4'],
] as const) {
  test(`preferredAddressType ${JSON.stringify(preferredAddressType)} asks ${family}`, async () => {
    await mounted({ podUid: randomUUID() }, { preferredAddressType })
    assert.deepEqual(askedFamilies(), [family])
  })
}

test('the agent is asked with the token alone, never through the proxy, and STS not at all', async () => {
  await mounted({ podUid: randomUUID() })
  const [call] = scene.emulator.calls({ service: 'pod-identity' })
  assert.deepEqual([call?.operation, call?.via, call?.host], ['GetCredentials', 'direct', '169.254.170.23'])
  assert.deepEqual(scene.emulator.calls({ service: 'sts' }), [])
})

for (const [name, effect] of [
  ['a connection error', { do: 'refuse' }],
  ['silence', { do: 'hang' }],
  ['500', { do: 'error', code: 'InternalServerException', status: 500 }],
  ['503', { do: 'answer', status: 503 }],
] as const) {
  test(`auto: ${name} of IPv4 leads to IPv6`, async () => {
    scene.emulator.addFault({ when: { service: 'pod-identity', region: 'ipv4' }, effect })
    await mounted({ podUid: randomUUID() })
    assert.ok(askedFamilies().includes('ipv6'))
  })

  test(`ipv4: ${name} of IPv4 leads nowhere else, and is retried`, async () => {
    scene.emulator.addFault({ when: { service: 'pod-identity', region: 'ipv4', remaining: 2 }, effect })
    await mounted({ podUid: randomUUID() }, { preferredAddressType: 'ipv4' })
    assert.ok(!askedFamilies().includes('ipv6'))
  })
}

test('a refusal is final, in the agent’s words, without what changes', async () => {
  const texts = new Set<string>()
  for (let time = 0; time < 3; time += 1) {
    const end = await mount({ serviceAccount: 'shop', podUid: randomUUID() })
    assert.equal(end.status, 'PERMISSION_DENIED')
    texts.add(end.message)
  }
  const [message = ''] = texts
  assert.equal(texts.size, 1, [...texts].join('\n'))
  assert.match(message, /404.*No association found/)
  assert.deepEqual(askedFamilies(), ['ipv4', 'ipv4', 'ipv4'])
})

test('an answer that is none is an error of ours', async () => {
  for (const body of [
    '<html></html>',
    '{}',
    '{"AccessKeyId":"a","SecretAccessKey":"hunter2"',
    'null',
    '[]',
  ]) {
    scene.emulator.addFault({
      when: { service: 'pod-identity' },
      effect: { do: 'answer', status: 200, body },
    })
    const { status, message, targetPath } = await mount({ podUid: randomUUID() })
    assert.equal(status, 'INTERNAL', message)
    assert.match(message, /Pod Identity agent/)
    assert.doesNotMatch(message, /hunter2/)
    assert.ok(isUntouched(targetPath))
    scene.emulator.clearFaults()
  }
})

test('a token of the wrong audience is not sent, and its want is told', async () => {
  scene.emulator.mergeWorld({ kubernetes: { tokens: { 'provider-token': { allow: ['get *'] } } } })
  const tokens = JSON.stringify({ 'sts.amazonaws.com': { token: 'a.b.c' } })
  const { status, message } = await mount({ tokens })
  assert.equal(status, 'FAILED_PRECONDITION')
  for (const word of ['pods.eks.amazonaws.com', 'tokenRequests', '--set'])
    assert.ok(message.includes(word), message)
  assert.deepEqual(askedFamilies(), [])
})

test('sessions are one pod’s own', async () => {
  const pods = [randomUUID(), randomUUID()]
  for (const podUid of [...pods, ...pods]) await mounted({ podUid })
  assert.equal(askedFamilies().length, 2)
})

test('credentials that AWS has forgotten are got afresh within the mount', async () => {
  const podUid = randomUUID()
  await mounted({ podUid })
  scene.emulator.endSessions('forget', agentRole)
  await mounted({ podUid })
  assert.equal(askedFamilies().length, 2)
})

test('two regions are read with one session', async () => {
  const { status, message } = await mount({ podUid: randomUUID() }, { failoverRegion: 'us-east-2' })
  // The parameter is in the first region alone.
  assert.equal(status, 'NOT_FOUND')
  assert.match(message, /us-east-2.*"log-level"/)
  assert.equal(askedFamilies().length, 1)
})

test('a time-out that cannot be used is logged, and the default taken', async () => {
  for (const value of ['soon', '-1s', '0', '2']) {
    const provider = await startProvider(scene.emulator, { flags: [`--pod-identity-http-timeout=${value}`] })
    try {
      // Longer than the 100 ms that a fresh agent does not keep.
      scene.emulator.addFault({
        when: { service: 'pod-identity' },
        effect: { do: 'delay', milliseconds: 700 },
      })
      const end = await mountAs(scene.emulator, provider, wish({}, {}))
      assert.equal(end.status, 'OK', end.message)
      assert.ok(
        provider
          .lines()
          .some(({ level, msg }) => level === 'warn' && `${msg}`.includes('pod-identity-http-timeout')),
      )
    } finally {
      scene.emulator.clearFaults()
      await provider.stop()
    }
  }
})

test('the token is in no log', () => {
  for (const provider of [scene.written, scene.driven]) assert.doesNotMatch(provider.log(), /eyJ[\w-]{20}/)
})

const target = 'arn:aws:iam::444455556666:role/shop-secrets'
const chain = {
  assumeRoleArn: target,
  assumeRoleExternalId: 'shop-production',
  objects: objectsText({ objectName: 'shared/database', objectType: 'secretsmanager' }),
}

test('a role is assumed with the agent’s credentials, and a pod’s second mount needs neither again', async () => {
  const podUid = randomUUID()
  for (let time = 0; time < 2; time += 1) await mounted({ podUid }, chain)
  assert.deepEqual(
    scene.emulator
      .calls()
      .filter(({ service }) => service !== 'proxy')
      .map(({ operation }) => operation)
      .filter((operation) => operation !== 'CONNECT')
      .toSorted(),
    ['AssumeRole', 'GetCredentials', 'GetSecretValue', 'GetSecretValue'],
  )
  await mounted({ podUid: randomUUID() }, chain)
  assert.equal(scene.emulator.calls({ service: 'sts' }).length, 2, 'another pod has sessions of its own')
})

test('session tags that the role to assume does not take are told, and those that are turned off are not', async () => {
  const untagged = 'arn:aws:iam::444455556666:role/untagged'
  scene.emulator.mergeWorld({ roles: { [untagged]: { assumableBy: [{ principals: [agentRole] }] } } })
  const { status, message } = await mount(
    { podUid: randomUUID() },
    { ...chain, assumeRoleArn: untagged, assumeRoleExternalId: '' },
  )
  assert.equal(status, 'PERMISSION_DENIED')
  assert.match(message, /sts:TagSession beside sts:AssumeRole, in the trust policy of \S+role\/untagged/)
  assert.ok(message.includes(agentRole), 'the base role, known from AWS’s sentence alone')
  const off = {
    namespace: 'default',
    serviceAccount: 'shop-agent',
    role: agentRole,
    disableSessionTags: true,
  }
  scene.emulator.mergeWorld({ podIdentityAssociations: [off] })
  await mounted({ podUid: randomUUID() }, { ...chain, assumeRoleArn: untagged, assumeRoleExternalId: '' })
})

test('a role to assume that does not trust the agent’s role names both', async () => {
  const stranger = 'arn:aws:iam::444455556666:role/stranger'
  scene.emulator.mergeWorld({ roles: { [stranger]: { assumableBy: [] } } })
  const { status, message } = await mount({ podUid: randomUUID() }, { ...chain, assumeRoleArn: stranger })
  assert.equal(status, 'PERMISSION_DENIED')
  assert.ok(message.includes(`trust policy of ${stranger} names ${agentRole} as principal`), message)
})

type Who = Omit<MountWish, 'parameters'>
type Parameters = Readonly<Record<string, string>>

function wish(who: Who, parameters: Parameters): MountWish {
  const own = { region: 'us-east-1', usePodIdentity: 'true', objects }
  return { serviceAccount: 'shop-agent', ...who, parameters: { ...own, ...parameters } }
}

async function mount(who: Who, parameters: Parameters = {}): Promise<MountEnd> {
  const end = await mountAs(scene.emulator, scene.written, wish(who, parameters))
  assert.ok(!forbiddenStatuses.includes(end.status), end.status)
  return end
}

async function mounted(who: Who, parameters: Parameters = {}): Promise<MountEnd> {
  const end = await mount(who, parameters)
  assert.equal(end.status, 'OK', end.message)
  return end
}

function askedFamilies(): readonly string[] {
  return scene.emulator.calls({ service: 'pod-identity' }).map(({ region }) => region)
}
