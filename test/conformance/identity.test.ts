import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import type { FaultEffect } from '../emulator/faults.ts'
import type { World } from '../emulator/world.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import {
  isUntouched,
  type MountEnd,
  type MountWish,
  mountAs,
  readVolume,
  textsOf,
} from '../harness/driver.ts'
import { giveRole } from '../harness/give-role.ts'
import { type Provider, startProvider, testsAtOnce } from '../harness/provider.ts'
import { forbiddenStatuses, objectsText } from '../harness/scene.ts'

const lanes = Array.from({ length: 12 }, (_, index) => ({
  a: `us-lane-${index + 1}`,
  b: `eu-lane-${index + 1}`,
}))

let emulator: Emulator
let provider: Provider

before(async () => {
  emulator = await startEmulator({ world: world() })
  provider = await startProvider(emulator)
})
after(async () => {
  await provider.stop()
  await emulator.close()
})

/** Three regions with one secret each, whose value says where it is from. */
function world(): World {
  const secretOf = (region: string) => [region, { secrets: { s: { string: `from ${region}` } } }]
  const regions = [
    'us-east-1',
    'us-east-2',
    'eu-west-1',
    'us-gov-west-1',
    ...lanes.flatMap(({ a, b }) => [a, b]),
  ]
  return { ...examplesWorld(), regions: Object.fromEntries(regions.map(secretOf)) }
}

const annotation = 'eks.amazonaws.com/role-arn'

describe('IRSA', { concurrency: testsAtOnce(8) }, () => {
  test('a service account without the annotation is named, and nobody at AWS asked', async () => {
    for (const [serviceAccount, annotations] of [
      ['bare', undefined],
      ['other', { 'example.com/role': 'x' }],
      ['blank', { [annotation]: ' ' }],
    ] as const) {
      emulator.mergeWorld({
        kubernetes: { serviceAccounts: { [`tools/${serviceAccount}`]: { annotations } } },
      })
      const { status, message } = await mount({ namespace: 'tools', serviceAccount })
      assert.equal(status, 'FAILED_PRECONDITION')
      for (const word of [`"${serviceAccount}"`, '"tools"', annotation])
        assert.ok(message.includes(word), message)
    }
    assert.deepEqual(
      emulator.calls({ service: 'sts' }).filter(({ session }) => session?.startsWith('tools@')),
      [],
    )
  })

  test('an annotation that is no role ARN is quoted', async () => {
    const role = 'arn:aws:iam::111122223333:user/someone'
    emulator.mergeWorld({
      kubernetes: { serviceAccounts: { 'default/user-arn': { annotations: { [annotation]: role } } } },
    })
    const { status, message } = await mount({ serviceAccount: 'user-arn' })
    assert.equal(status, 'FAILED_PRECONDITION')
    assert.ok(message.includes(role) && message.includes(annotation), message)
  })

  test('a service account that does not exist is named', async () => {
    const { status, message } = await mount({ serviceAccount: 'nobody' })
    assert.equal(status, 'NOT_FOUND')
    assert.match(message, /"nobody".*"default"/)
  })

  test('a trust policy that refuses: role, region, subject, and no token', async () => {
    const role = giveRole(emulator, 'untrusted', { trust: ['other:one'] })
    const { status, message } = await mount({ serviceAccount: 'untrusted' })
    assert.equal(status, 'PERMISSION_DENIED')
    assert.match(message, /us-east-1.*AccessDenied/)
    assert.ok(message.includes(role), message)
    assert.ok(message.includes('system:serviceaccount:default:untrusted'), message)
    assert.doesNotMatch(message, /eyJ/)
    assert.equal((await mount({ serviceAccount: 'untrusted' })).message, message)
  })

  test('a token that has expired is refused in words that stay the same', async () => {
    giveRole(emulator, 'expired')
    const token = emulator.mintToken({
      namespace: 'default',
      serviceAccount: 'expired',
      audience: 'sts.amazonaws.com',
      seconds: -60,
    })
    const tokens = JSON.stringify({ 'sts.amazonaws.com': { token } })
    const first = await mount({ serviceAccount: 'expired', tokens })
    assert.equal(first.status, 'FAILED_PRECONDITION')
    assert.match(first.message, /ExpiredToken/)
    assert.ok(!first.message.includes(token))
    await sleep(1_100)
    assert.equal((await mount({ serviceAccount: 'expired', tokens })).message, first.message)
  })

  test('the regional endpoint of the primary region is asked, once for all mounts and pods of an identity', async () => {
    const role = giveRole(emulator, 'cached')
    for (let time = 0; time < 3; time += 1) await mounted({ serviceAccount: 'cached', pod: `cached-${time}` })
    const asked = emulator.calls({ service: 'sts' }).filter((call) => call.role === role)
    assert.deepEqual(
      asked.map(({ host, operation }) => [host, operation]),
      [['sts.us-east-1.amazonaws.com', 'AssumeRoleWithWebIdentity']],
    )
  })

  test('mounts that come at once share one exchange', async () => {
    giveRole(emulator, 'burst')
    const ends = await Promise.all(Array.from({ length: 8 }, () => mount({ serviceAccount: 'burst' })))
    assert.deepEqual(new Set(ends.map(({ status }) => status)), new Set(['OK']))
    assert.equal(exchanges('burst'), 1)
  })

  test('the session name is fixed by namespace and service account, within 64 characters', async () => {
    const long = 'n'.repeat(60)
    const names = ['long-service-account-name-1', 'long-service-account-name-2']
    for (const name of names) giveRole(emulator, name, { namespace: long })
    giveRole(emulator, 'named')
    await mounted({ serviceAccount: 'named' })
    for (const serviceAccount of names) await mounted({ namespace: long, serviceAccount })
    const sessionOf = (name: string) => {
      const call = emulator.calls({ service: 'sts' }).find(({ role }) => role?.endsWith(`/${name}`))
      return call?.session ?? ''
    }
    assert.match(sessionOf('named'), /default.*named/)
    const [one = '', other = ''] = names.map(sessionOf)
    assert.ok(one.length <= 64 && one.startsWith('nnnn'), one)
    assert.notEqual(one, other)
    emulator.endSessions('forget', `arn:aws:iam::111122223333:role/named`)
    await mounted({ serviceAccount: 'named' })
    const sessions = emulator.calls({ service: 'sts' }).filter(({ role }) => role?.endsWith('/named'))
    assert.equal(sessions.length, 2)
    assert.equal(sessions[0]?.session, sessions[1]?.session)
  })

  test('no session is shared across service accounts, namespaces, roles or partitions', async () => {
    // Four identities that differ from the first in one part each, all with one policy for all of them.
    const role = giveRole(emulator, 'apart', { trust: ['*'] })
    const otherRole = giveRole(emulator, 'apart-role', { trust: ['*'] })
    const accounts = { 'default/apart': role, 'default/apart-2': role, 'elsewhere/apart': role }
    emulator.mergeWorld({
      kubernetes: {
        serviceAccounts: Object.fromEntries(
          Object.entries(accounts).map(([name, arn]) => [name, { annotations: { [annotation]: arn } }]),
        ),
      },
    })
    const count = () =>
      emulator.calls({ service: 'sts' }).filter((call) => [role, otherRole].includes(call.role ?? '')).length
    await mounted({ serviceAccount: 'apart' })
    assert.equal(count(), 1)
    await mounted({ serviceAccount: 'apart-2' })
    assert.equal(count(), 2, 'another service account')
    await mounted({ serviceAccount: 'apart', namespace: 'elsewhere' })
    assert.equal(count(), 3, 'another namespace')
    emulator.mergeWorld({
      kubernetes: { serviceAccounts: { 'default/apart': { annotations: { [annotation]: otherRole } } } },
    })
    await mounted({ serviceAccount: 'apart' })
    assert.equal(count(), 4, 'another role, by an annotation that counts at once')
    await mounted({ serviceAccount: 'apart' }, 'us-gov-west-1')
    assert.equal(count(), 5, 'another partition')
    await mounted({ serviceAccount: 'apart' }, 'us-east-2')
    assert.equal(count(), 5, 'another region of the same partition needs no other session')
  })

  for (const how of ['expire', 'forget'] as const) {
    test(`credentials that AWS lets ${how} are got afresh within the mount`, async () => {
      const role = giveRole(emulator, `will-${how}`)
      await mounted({ serviceAccount: `will-${how}` })
      emulator.endSessions(how, role)
      await mounted({ serviceAccount: `will-${how}` })
      assert.equal(exchanges(`will-${how}`), 2)
    })
  }

  test('fresh credentials that are refused too end the mount, after one try with them', async () => {
    const role = giveRole(emulator, 'never-good')
    await mounted({ serviceAccount: 'never-good' })
    emulator.addFault({
      when: { service: 'secretsmanager', role },
      effect: { do: 'error', code: 'UnrecognizedClientException', message: 'The security token is invalid.' },
    })
    const { status, message } = await mount({ serviceAccount: 'never-good' })
    assert.equal(status, 'FAILED_PRECONDITION')
    assert.match(message, /us-east-1.*"s".*UnrecognizedClientException/)
    assert.equal(exchanges('never-good'), 2)
    const reads = emulator.calls({ service: 'secretsmanager' }).filter((call) => call.role === role)
    assert.equal(reads.length, 3)
  })

  test('credentials near their end are used, and renewed by the mount that meets them', async () => {
    giveRole(emulator, 'short', { sessionSeconds: 300 })
    await mounted({ serviceAccount: 'short' })
    await mounted({ serviceAccount: 'short' })
    const end = Date.now() + 10_000
    while (exchanges('short') < 2) {
      assert.ok(Date.now() < end, 'no renewal')
      await sleep(20)
    }
  })

  test('credentials at their very end are not used any more', async () => {
    giveRole(emulator, 'shortest', { sessionSeconds: 20 })
    await mounted({ serviceAccount: 'shortest' })
    await mounted({ serviceAccount: 'shortest' })
    assert.equal(exchanges('shortest'), 2)
  })

  test('a clock that is minutes off is made good for', async () => {
    const own = await startEmulator({ world: world() })
    const there = await startProvider(own)
    try {
      // AWS lives ten minutes ahead of us, and the tokens with it.
      own.setClockOffset(600)
      const { status, message } = await mountAs(own, there, wish({}))
      assert.equal(status, 'OK', message)
    } finally {
      await there.stop()
      await own.close()
    }
  })
})

describe('STS with a second region', { concurrency: testsAtOnce(8) }, () => {
  const troubles: readonly (readonly [name: string, effect: FaultEffect])[] = [
    ['5xx', { do: 'error', code: 'InternalFailure', status: 500 }],
    ['a refused connection', { do: 'refuse' }],
    ['a reset', { do: 'reset' }],
    ['silence after the request', { do: 'hang' }],
    ['silence at CONNECT', { do: 'black-hole' }],
    ['a redirect to a login page', { do: 'answer', status: 200, body: '<html></html>' }],
  ]
  for (const [index, [name, effect]] of troubles.entries()) {
    test(`${name}: the other region's is asked`, async () => {
      const { a, b } = lane(index)
      const serviceAccount = `sts-${index}`
      giveRole(emulator, serviceAccount)
      emulator.addFault({ when: { service: 'sts', region: a }, effect })
      const { targetPath } = await mounted({ serviceAccount }, a, b)
      assert.deepEqual(textsOf(readVolume(targetPath)), { s: `from ${a}` })
      assert.equal(emulator.calls({ service: 'sts', region: b }).length, 1)
    })
  }

  test('a refusal is final', async () => {
    const { a, b } = lane(6)
    giveRole(emulator, 'sts-refused', { trust: [] })
    const { status } = await mount({ serviceAccount: 'sts-refused' }, a, b)
    assert.equal(status, 'PERMISSION_DENIED')
    assert.equal(emulator.calls({ service: 'sts', region: b }).length, 0)
  })

  test('an answer leaves the other region unasked', async () => {
    const { a, b } = lane(7)
    giveRole(emulator, 'sts-fine')
    await mounted({ serviceAccount: 'sts-fine' }, a, b)
    assert.equal(emulator.calls({ service: 'sts', region: b }).length, 0)
  })

  test('both fail: both are told', async () => {
    const { a, b } = lane(8)
    giveRole(emulator, 'sts-both')
    for (const region of [a, b]) {
      emulator.addFault({
        when: { service: 'sts', region },
        effect: { do: 'error', code: 'InternalFailure', status: 500 },
      })
    }
    const { status, message } = await mount({ serviceAccount: 'sts-both' }, a, b)
    assert.equal(status, 'INTERNAL')
    assert.match(message, new RegExp(`${a}.*InternalFailure.*\n.*${b}.*InternalFailure`))
  })

  test('without a second region no other is asked', async () => {
    const { a } = lane(9)
    giveRole(emulator, 'sts-alone')
    emulator.addFault({
      when: { service: 'sts', region: a },
      effect: { do: 'error', code: 'InternalFailure', status: 500 },
    })
    const { status, message } = await mount({ serviceAccount: 'sts-alone' }, a)
    assert.equal(status, 'INTERNAL')
    assert.match(message, new RegExp(`STS.*${a}.*InternalFailure`))
    assert.equal(emulator.calls({ service: 'sts', region: a }).length, 3)
  })
})

describe('a token that the driver did not send', () => {
  const pod = { pod: 'plain-0', podUid: randomUUID() }
  const provided = {
    'provider-token': { user: 'system:serviceaccount:kube-system:csi-secrets-store-provider-aws' },
  }

  before(() => {
    giveRole(emulator, 'plain')
    emulator.mergeWorld({
      kubernetes: {
        pods: { 'default/plain-0': { uid: pod.podUid, serviceAccount: 'plain', node: 'node-1' } },
      },
    })
  })

  test('is asked of Kubernetes where that is allowed', async () => {
    for (const tokens of [undefined, '', '{}', '{"other.audience":{"token":"x"}}']) {
      emulator.endSessions('forget', 'arn:aws:iam::111122223333:role/plain')
      const given = tokens === undefined ? { tokensIn: 'nowhere' as const } : { tokens }
      await mounted({ serviceAccount: 'plain', ...pod, ...given })
    }
    const asked = emulator.calls({ service: 'kubernetes', operation: 'create serviceaccounts/token' })
    assert.deepEqual(new Set(asked.map(({ names }) => names[0])), new Set(['default/plain']))
  })

  test('is bound to the pod: another of the same name gets none', async () => {
    const end = await mount({ serviceAccount: 'plain', ...pod, podUid: randomUUID(), tokensIn: 'nowhere' })
    assert.notEqual(end.status, 'OK')
    assert.ok(!forbiddenStatuses.includes(end.status))
  })

  test('is missing where that is not allowed: audience, object and helm flag are named', async () => {
    emulator.mergeWorld({
      kubernetes: {
        tokens: { 'provider-token': { allow: ['get serviceaccounts', 'get nodes', 'get pods'] } },
      },
    })
    try {
      for (const [usePodIdentity, audience] of [
        ['false', 'sts.amazonaws.com'],
        ['true', 'pods.eks.amazonaws.com'],
      ] as const) {
        const { parameters } = wish({})
        const { status, message } = await mountAs(emulator, provider, {
          parameters: { ...parameters, usePodIdentity },
          serviceAccount: 'plain',
          ...pod,
          tokensIn: 'nowhere',
        })
        assert.equal(status, 'FAILED_PRECONDITION')
        for (const word of [audience, 'tokenRequests', 'CSIDriver', '--set'])
          assert.ok(message.includes(word), message)
      }
    } finally {
      emulator.mergeWorld({
        kubernetes: { tokens: { 'provider-token': { allow: null, ...provided['provider-token'] } } },
      })
    }
  })
})

describe('the Kubernetes API', { concurrency: testsAtOnce(8) }, () => {
  interface Trouble {
    readonly name: string
    readonly effect: FaultEffect
    readonly remaining?: number
    readonly status: string
    readonly says?: RegExp
  }
  const troubles: readonly Trouble[] = [
    {
      name: '500 once',
      effect: { do: 'error', code: 'InternalError', status: 500 },
      remaining: 1,
      status: 'OK',
    },
    {
      name: '429 once',
      effect: { do: 'error', code: 'TooManyRequests', status: 429 },
      remaining: 1,
      status: 'OK',
    },
    { name: 'a reset once', effect: { do: 'reset' }, remaining: 1, status: 'OK' },
    {
      name: '500 without end',
      effect: { do: 'error', code: 'InternalError', status: 500 },
      status: 'INTERNAL',
      says: /500/,
    },
    {
      name: '429 without end',
      effect: { do: 'error', code: 'TooManyRequests', status: 429 },
      status: 'INTERNAL',
      says: /429/,
    },
    { name: 'resets without end', effect: { do: 'reset' }, status: 'INTERNAL', says: /Kubernetes/ },
    { name: 'silence', effect: { do: 'hang' }, status: 'INTERNAL', says: /Kubernetes/ },
    { name: 'a drip', effect: { do: 'drip', milliseconds: 2_000 }, status: 'INTERNAL', says: /Kubernetes/ },
    {
      name: 'HTML',
      effect: { do: 'answer', status: 200, body: '<html></html>' },
      status: 'INTERNAL',
      says: /Kubernetes/,
    },
    { name: 'half an answer', effect: { do: 'malformed' }, status: 'INTERNAL', says: /Kubernetes/ },
    {
      name: '403',
      effect: { do: 'error', code: 'Forbidden', status: 403 },
      status: 'FAILED_PRECONDITION',
      says: /"get".*"serviceaccounts".*ClusterRole/,
    },
    {
      name: '401',
      effect: { do: 'error', code: 'Unauthorized', status: 401 },
      status: 'FAILED_PRECONDITION',
      says: /401/,
    },
    {
      name: 'a redirect',
      effect: { do: 'answer', status: 302, headers: { location: 'http://127.0.0.1/' } },
      status: 'INTERNAL',
      says: /302/,
    },
  ]
  for (const [index, { name, effect, remaining, status: expected, says }] of troubles.entries()) {
    test(`${name}: ${expected}`, async () => {
      const serviceAccount = `kube-${index}`
      giveRole(emulator, serviceAccount)
      emulator.addFault({
        when: {
          service: 'kubernetes',
          name: `default/${serviceAccount}`,
          ...(remaining === undefined ? {} : { remaining }),
        },
        effect,
      })
      const { status, message, targetPath } = await mount({ serviceAccount })
      assert.equal(status, expected, message)
      if (says !== undefined) assert.match(message, says)
      if (status !== 'OK') assert.ok(isUntouched(targetPath))
      assert.equal(exchanges(serviceAccount), status === 'OK' ? 1 : 0)
    })
  }

  test('is never reached through the proxy, and AWS always', () => {
    const via = (service: string) => new Set(emulator.calls({ service }).map((call) => call.via))
    assert.deepEqual(via('kubernetes'), new Set(['direct']))
    assert.deepEqual(via('sts'), new Set(['proxy']))
    assert.deepEqual(via('secretsmanager'), new Set(['proxy']))
  })
})

test('no token or credential of all these mounts is in the log', () => {
  assert.doesNotMatch(provider.log(), /eyJ[\w-]{20}|ASIA[0-9A-F]{16}|IQoJ/)
})

function lane(index: number): { readonly a: string; readonly b: string } {
  const found = lanes[index]
  assert.ok(found !== undefined)
  return found
}

type Who = Omit<MountWish, 'parameters'>

function wish(who: Who, region = 'us-east-1', failoverRegion?: string): MountWish {
  const parameters = {
    region,
    ...(failoverRegion === undefined ? {} : { failoverRegion }),
    objects: objectsText({ objectName: 's', objectType: 'secretsmanager' }),
  }
  return { ...who, parameters }
}

async function mount(who: Who, region?: string, failoverRegion?: string): Promise<MountEnd> {
  const end = await mountAs(emulator, provider, wish(who, region, failoverRegion))
  assert.ok(!forbiddenStatuses.includes(end.status), end.status)
  return end
}

async function mounted(who: Who, region?: string, failoverRegion?: string): Promise<MountEnd> {
  const end = await mount(who, region, failoverRegion)
  assert.equal(end.status, 'OK', end.message)
  return end
}

function exchanges(role: string): number {
  return emulator.calls({ service: 'sts' }).filter((call) => call.role?.endsWith(`role/${role}`)).length
}
