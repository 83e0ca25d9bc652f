/**
 * Run by pod-identity.test.ts in a network of its own, where the agent's link-local addresses can be had.
 */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, afterEach, before, test } from 'node:test'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import { exampleClasses } from '../fixtures/example-classes.ts'
import { exampleVolumes } from '../fixtures/example-volumes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { isUntouched, type MountEnd, type MountWish, mountAs, readVolume } from '../harness/driver.ts'
import { explainedPolicies } from '../harness/explained-policies.ts'
import { type Provider, startProvider } from '../harness/provider.ts'
import { forbiddenStatuses, objectsText, shown } from '../harness/scene.ts'

const role = 'arn:aws:iam::111122223333:role/shop-agent'
const objects = objectsText({ objectName: 'log-level', objectType: 'ssmparameter' })

let emulator: Emulator
let written: Provider
let driven: Provider

before(async () => {
  emulator = await startEmulator({
    world: examplesWorld(),
    podIdentity: [
      { address: '169.254.170.23', port: 80 },
      { address: 'fd00:ec2::23', port: 80 },
    ],
  })
  const flags = ['--pod-identity-http-timeout=300ms']
  written = await startProvider(emulator, { flags })
  driven = await startProvider(emulator, { flags: [...flags, '--driver-writes-secrets'] })
})
after(async () => {
  await written?.stop()
  await driven?.stop()
  await emulator.close()
})
afterEach(() => {
  emulator.clearFaults()
  emulator.clearCalls()
})

for (const { name, parameters } of exampleClasses().filter(
  (each) => each.parameters.usePodIdentity === 'true',
)) {
  test(`the example ${name} mounts as printed, in both write modes`, async () => {
    for (const provider of [written, driven]) {
      const end = await mountAs(emulator, provider, { parameters, serviceAccount: 'shop-agent' })
      assert.equal(end.status, 'OK', end.message)
      const expected = Object.entries(exampleVolumes[name] ?? {})
      const texts = expected.map(([path, [mode, text]]) => [path, `${mode} ${text}`])
      assert.deepEqual(
        shown(provider === driven ? end.files : readVolume(end.targetPath)),
        Object.fromEntries(texts),
      )
      assert.deepEqual(
        end.objectVersions,
        Object.fromEntries(expected.map(([path, [, , version]]) => [path, version])),
      )
    }
  })
}

for (const { name, parameters } of exampleClasses().filter(
  (each) => each.parameters.usePodIdentity === 'true',
)) {
  test(`the policies that explain prints for ${name} are enough, and nothing of them too much`, async () => {
    const { reader, workload } = await explainedPolicies(name, parameters)
    const { assumeRoleArn, assumeRoleExternalId } = parameters
    const explained = 'arn:aws:iam::111122223333:role/explained'
    const reads = assumeRoleArn ?? explained
    const end = (allow: { readonly reader: typeof reader; readonly workload: typeof workload }) => {
      const trust = { principals: [explained], externalId: assumeRoleExternalId, tagSession: true }
      emulator.mergeWorld({
        podIdentityAssociations: [
          { namespace: 'default', serviceAccount: 'shop-agent', role },
          { namespace: 'default', serviceAccount: 'explained', role: explained },
        ],
        kubernetes: { serviceAccounts: { 'default/explained': {} } },
        roles: {
          [explained]: { allow: allow.workload },
          [reads]: { allow: allow.reader, assumableBy: [trust] },
        },
      })
      return mountAs(emulator, written, {
        parameters,
        serviceAccount: 'explained',
        podUid: randomUUID(),
      })
    }
    try {
      const { status, message } = await end({ reader, workload })
      assert.equal(status, 'OK', message)
      assert.equal(workload.length, assumeRoleArn === undefined ? 0 : 2)
      for (const at of reader.keys()) {
        const less = await end({ reader: reader.toSpliced(at, 1), workload })
        assert.equal(less.status, 'PERMISSION_DENIED', less.message)
      }
      for (const at of workload.keys()) {
        const less = await end({ reader, workload: workload.toSpliced(at, 1) })
        assert.equal(less.status, 'PERMISSION_DENIED', less.message)
      }
    } finally {
      const target = examplesWorld().roles?.[reads] ?? {}
      emulator.mergeWorld({ roles: { [reads]: { allow: null, ...target } } })
    }
  })
}

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
  const [call] = emulator.calls({ service: 'pod-identity' })
  assert.deepEqual([call?.operation, call?.via, call?.host], ['GetCredentials', 'direct', '169.254.170.23'])
  assert.deepEqual(emulator.calls({ service: 'sts' }), [])
})

for (const [name, effect] of [
  ['a connection error', { do: 'refuse' }],
  ['silence', { do: 'hang' }],
  ['500', { do: 'error', code: 'InternalServerException', status: 500 }],
  ['503', { do: 'answer', status: 503 }],
] as const) {
  test(`auto: ${name} of IPv4 leads to IPv6`, async () => {
    emulator.addFault({ when: { service: 'pod-identity', region: 'ipv4' }, effect })
    await mounted({ podUid: randomUUID() })
    assert.ok(askedFamilies().includes('ipv6'))
  })

  test(`ipv4: ${name} of IPv4 leads nowhere else, and is retried`, async () => {
    emulator.addFault({ when: { service: 'pod-identity', region: 'ipv4', remaining: 2 }, effect })
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
    emulator.addFault({ when: { service: 'pod-identity' }, effect: { do: 'answer', status: 200, body } })
    const { status, message, targetPath } = await mount({ podUid: randomUUID() })
    assert.equal(status, 'INTERNAL', message)
    assert.match(message, /Pod Identity agent/)
    assert.doesNotMatch(message, /hunter2/)
    assert.ok(isUntouched(targetPath))
    emulator.clearFaults()
  }
})

test('a token of the wrong audience is not sent, and its want is told', async () => {
  emulator.mergeWorld({ kubernetes: { tokens: { 'provider-token': { allow: ['get *'] } } } })
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
  emulator.endSessions('forget', role)
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
    const provider = await startProvider(emulator, { flags: [`--pod-identity-http-timeout=${value}`] })
    try {
      // Longer than the 100 ms that a fresh agent does not keep.
      emulator.addFault({ when: { service: 'pod-identity' }, effect: { do: 'delay', milliseconds: 700 } })
      const end = await mountAs(emulator, provider, wish({}, {}))
      assert.equal(end.status, 'OK', end.message)
      assert.ok(
        provider
          .lines()
          .some(({ level, msg }) => level === 'warn' && `${msg}`.includes('pod-identity-http-timeout')),
      )
    } finally {
      emulator.clearFaults()
      await provider.stop()
    }
  }
})

test('the token is in no log', () => {
  for (const provider of [written, driven]) assert.doesNotMatch(provider.log(), /eyJ[\w-]{20}/)
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
    emulator
      .calls()
      .filter(({ service }) => service !== 'proxy')
      .map(({ operation }) => operation)
      .filter((operation) => operation !== 'CONNECT')
      .toSorted(),
    ['AssumeRole', 'GetCredentials', 'GetSecretValue', 'GetSecretValue'],
  )
  await mounted({ podUid: randomUUID() }, chain)
  assert.equal(emulator.calls({ service: 'sts' }).length, 2, 'another pod has sessions of its own')
})

test('session tags that the role to assume does not take are told, and those that are turned off are not', async () => {
  const untagged = 'arn:aws:iam::444455556666:role/untagged'
  emulator.mergeWorld({ roles: { [untagged]: { assumableBy: [{ principals: [role] }] } } })
  const { status, message } = await mount(
    { podUid: randomUUID() },
    { ...chain, assumeRoleArn: untagged, assumeRoleExternalId: '' },
  )
  assert.equal(status, 'PERMISSION_DENIED')
  assert.match(message, /sts:TagSession beside sts:AssumeRole, in the trust policy of \S+role\/untagged/)
  assert.ok(message.includes(role), 'the base role, known from AWS’s sentence alone')
  const off = { namespace: 'default', serviceAccount: 'shop-agent', role, disableSessionTags: true }
  emulator.mergeWorld({ podIdentityAssociations: [off] })
  await mounted({ podUid: randomUUID() }, { ...chain, assumeRoleArn: untagged, assumeRoleExternalId: '' })
})

test('a role to assume that does not trust the agent’s role names both', async () => {
  const stranger = 'arn:aws:iam::444455556666:role/stranger'
  emulator.mergeWorld({ roles: { [stranger]: { assumableBy: [] } } })
  const { status, message } = await mount({ podUid: randomUUID() }, { ...chain, assumeRoleArn: stranger })
  assert.equal(status, 'PERMISSION_DENIED')
  assert.ok(message.includes(`trust policy of ${stranger} names ${role} as principal`), message)
})

type Who = Omit<MountWish, 'parameters'>
type Parameters = Readonly<Record<string, string>>

function wish(who: Who, parameters: Parameters): MountWish {
  const own = { region: 'us-east-1', usePodIdentity: 'true', objects }
  return { serviceAccount: 'shop-agent', ...who, parameters: { ...own, ...parameters } }
}

async function mount(who: Who, parameters: Parameters = {}): Promise<MountEnd> {
  const end = await mountAs(emulator, written, wish(who, parameters))
  assert.ok(!forbiddenStatuses.includes(end.status), end.status)
  return end
}

async function mounted(who: Who, parameters: Parameters = {}): Promise<MountEnd> {
  const end = await mount(who, parameters)
  assert.equal(end.status, 'OK', end.message)
  return end
}

function askedFamilies(): readonly string[] {
  return emulator.calls({ service: 'pod-identity' }).map(({ region }) => region)
}
