import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Emulator, startEmulator } from '../emulator/emulator.ts'
import type { FaultEffect } from '../emulator/faults.ts'
import type { Role, World } from '../emulator/world.ts'
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

/** Roles that a class names: the pod's own credentials are exchanged for theirs. */

const otherAccount = '444455556666'
const lanes = Array.from({ length: 8 }, (_, index) => ({
  a: `us-far-${index + 1}`,
  b: `eu-far-${index + 1}`,
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

/** A secret and a parameter of one name in both accounts, whose values say whose they are. */
function world(): World {
  const names = ['us-east-1', 'us-gov-west-1', ...lanes.flatMap(({ a, b }) => [a, b])]
  const regionsOf = (account: string) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        {
          secrets: { s: { string: `${account} ${name}`, suffix: 'AbCdEf' } },
          parameters: { p: { value: account } },
        },
      ]),
    )
  return {
    ...examplesWorld(),
    regions: regionsOf('own'),
    accounts: { [otherAccount]: { regions: regionsOf('other') } },
  }
}

interface Chain {
  /** ARNs. */
  readonly base: string
  readonly target: string
}

/** A service account, its role, and a role of the other account that trusts that. */
function giveChain(name: string, target: Partial<Role> = {}, base: Partial<Role> = {}): Chain {
  const baseArn = giveRole(emulator, name, base)
  const targetArn = `arn:aws:iam::${otherAccount}:role/${name}-target`
  emulator.mergeWorld({
    roles: { [targetArn]: { trust: [], assumableBy: [{ principals: [baseArn] }], ...target } },
  })
  return { base: baseArn, target: targetArn }
}

describe('a role to assume', { concurrency: testsAtOnce(8) }, () => {
  test('reads secrets and parameters by their names in the account of that role, as that role', async () => {
    const { base, target } = giveChain('plain')
    const objects = objectsText(secret, { objectName: 'p', objectType: 'ssmparameter' })
    const { targetPath } = await mounted('plain', { assumeRoleArn: target, objects })
    assert.deepEqual(textsOf(readVolume(targetPath)), { s: 'other us-east-1', p: 'other' })
    assert.deepEqual(
      emulator.calls({ service: 'sts' }).flatMap(({ role, operation, host, names, session }) => {
        return role === base ? [[operation, host, names[0], session]] : []
      }),
      [
        ['AssumeRoleWithWebIdentity', 'sts.us-east-1.amazonaws.com', base, 'default@plain'],
        ['AssumeRole', 'sts.us-east-1.amazonaws.com', target, 'default@plain'],
      ],
    )
    const reads = emulator.calls().filter(({ role, service }) => service !== 'sts' && role === target)
    assert.deepEqual(reads.map(({ operation, session }) => [operation, session]).toSorted(), [
      ['GetParameters', 'default@plain'],
      ['GetSecretValue', 'default@plain'],
    ])
  })

  test('without one, the same class reads in the account of the pod', async () => {
    giveRole(emulator, 'own')
    const { targetPath } = await mounted('own', {})
    assert.deepEqual(textsOf(readVolume(targetPath)), { s: 'own us-east-1' })
  })

  test('both sessions are kept: the second mount asks no STS, another role of the same base once', async () => {
    const { base, target } = giveChain('kept')
    const other = giveChain('kept-2', { assumableBy: [{ principals: [base] }] }).target
    await mounted('kept', { assumeRoleArn: target })
    await mounted('kept', { assumeRoleArn: target })
    await mounted('kept', { assumeRoleArn: other })
    await mounted('kept', {})
    assert.deepEqual(stsCalls(base), ['AssumeRoleWithWebIdentity', 'AssumeRole', 'AssumeRole'])
  })

  test('no session is shared across roles, external ids, durations, bases or partitions', async () => {
    const base = giveRole(emulator, 'apart-1', { trust: ['*'] })
    const base2 = giveRole(emulator, 'apart-2', { trust: ['*'] })
    const trust = { assumableBy: [{ principals: [base, base2] }] }
    const [one, two] = ['x', 'y'].map((name) => giveChain(`apart-target-${name}`, trust).target)
    const count = () => assumed([base, base2]).length
    const steps: readonly (readonly [string, Readonly<Record<string, string>>, string?])[] = [
      ['the first', { assumeRoleArn: `${one}` }],
      ['another role', { assumeRoleArn: `${two}` }],
      ['an external id', { assumeRoleArn: `${one}`, assumeRoleExternalId: 'one' }],
      ['another external id', { assumeRoleArn: `${one}`, assumeRoleExternalId: 'two' }],
      ['a duration', { assumeRoleArn: `${one}`, assumeRoleDurationSeconds: '3600' }],
      ['another duration', { assumeRoleArn: `${one}`, assumeRoleDurationSeconds: '3599' }],
      ['another partition', { assumeRoleArn: `${one}`, region: 'us-gov-west-1' }],
      ['another base', { assumeRoleArn: `${one}` }, 'apart-2'],
    ]
    for (const [index, [name, parameters, account = 'apart-1']] of steps.entries()) {
      await mounted(account, parameters)
      assert.equal(count(), index + 1, name)
      await mounted(account, parameters)
      assert.equal(count(), index + 1, `${name}, once more`)
    }
  })

  test('external id and duration reach STS, and short credentials are renewed behind a mount', async () => {
    const { base, target } = giveChain('short', { assumableBy: [{ principals: ['*'], externalId: 'key:1' }] })
    const parameters = {
      assumeRoleArn: target,
      assumeRoleExternalId: 'key:1',
      assumeRoleDurationSeconds: '900',
    }
    await mounted('short', parameters)
    await mounted('short', parameters)
    assert.equal(assumed([base]).length, 1, '15 minutes are not near their end')
    // A role whose sessions are short without having been asked for.
    const brief = giveChain('brief', { sessionSeconds: 300 })
    await mounted('brief', { assumeRoleArn: brief.target })
    await mounted('brief', { assumeRoleArn: brief.target })
    await until(() => assumed([brief.base]).length === 2)
    assert.deepEqual(stsCalls(brief.base), ['AssumeRoleWithWebIdentity', 'AssumeRole', 'AssumeRole'])
  })

  for (const how of ['expire', 'forget'] as const) {
    test(`credentials of the role that AWS lets ${how} are had anew with those of the pod`, async () => {
      const { base, target } = giveChain(`role-will-${how}`)
      await mounted(`role-will-${how}`, { assumeRoleArn: target })
      emulator.endSessions(how, target)
      await mounted(`role-will-${how}`, { assumeRoleArn: target })
      assert.deepEqual(stsCalls(base), ['AssumeRoleWithWebIdentity', 'AssumeRole', 'AssumeRole'])
    })

    test(`credentials of both that AWS lets ${how} are had anew from the start`, async () => {
      const { base, target } = giveChain(`both-will-${how}`)
      await mounted(`both-will-${how}`, { assumeRoleArn: target })
      for (const role of [base, target]) emulator.endSessions(how, role)
      await mounted(`both-will-${how}`, { assumeRoleArn: target })
      // The exchange that STS refused, with credentials it does not know any more, is nobody's in the call log.
      assert.deepEqual(stsCalls(base), [
        'AssumeRoleWithWebIdentity',
        'AssumeRole',
        'AssumeRoleWithWebIdentity',
        'AssumeRole',
      ])
    })
  }

  const refusals: readonly (readonly [
    name: string,
    target: Partial<Role>,
    base: Partial<Role>,
    parameters: Readonly<Record<string, string>>,
    says: RegExp,
  ])[] = [
    [
      'no-trust',
      { assumableBy: [{ principals: ['arn:aws:iam::111122223333:role/other'] }] },
      {},
      {},
      /STS in us-east-1.*AccessDenied.*trust policy of \S+no-trust-target names \S+role\/no-trust as principal.*assumeRoleExternalId is not set/,
    ],
    [
      'wrong-id',
      { assumableBy: [{ principals: ['*'], externalId: 'right' }] },
      {},
      { assumeRoleExternalId: 'canary-id' },
      /sts:ExternalId.*it must equal assumeRoleExternalId/,
    ],
    [
      'no-id',
      { assumableBy: [{ principals: ['*'], externalId: 'right' }] },
      {},
      {},
      /assumeRoleExternalId is not set/,
    ],
    [
      'no-right',
      {},
      { allow: [{ secrets: ['*'] }] },
      {},
      /allow sts:AssumeRole on \S+no-right-target for \S+role\/no-right in an identity-based policy/,
    ],
    ['no-role', { assumableBy: [] }, {}, {}, /trust policy of \S+no-role-target names/],
    [
      'denied',
      {},
      { deny: [{ roles: ['*'] }] },
      {},
      /an identity-based policy denies sts:AssumeRole to \S+role\/denied/,
    ],
    [
      'denied-there',
      { assumableBy: [{ principals: ['*'], effect: 'deny' }] },
      {},
      {},
      /the role trust policy denies sts:AssumeRole/,
    ],
  ]
  for (const [name, target, base, parameters, says] of refusals) {
    test(`a refusal says what to change: ${name}`, async () => {
      const chain = giveChain(name, target, base)
      const texts = new Set<string>()
      for (let time = 0; time < 2; time += 1) {
        const { status, message } = await mount(name, { assumeRoleArn: chain.target, ...parameters })
        assert.equal(status, 'PERMISSION_DENIED', message)
        assert.match(message, says)
        assert.ok(message.includes(chain.target) && message.includes(chain.base), message)
        assert.doesNotMatch(message, /canary-id|eyJ|ASIA/)
        texts.add(message)
      }
      assert.equal(texts.size, 1)
      assert.deepEqual(
        emulator.calls({ service: 'secretsmanager' }).filter(({ role }) => role?.endsWith(`/${name}`)),
        [],
        'nothing is read as the pod itself',
      )
    })
  }

  test('a duration over the maximum of the role is refused in AWS’s words', async () => {
    const { target } = giveChain('capped', { maxSessionSeconds: 1800 })
    const { status, message } = await mount('capped', {
      assumeRoleArn: target,
      assumeRoleDurationSeconds: '3600',
    })
    assert.equal(status, 'FAILED_PRECONDITION')
    assert.match(message, /DurationSeconds exceeds the MaxSessionDuration/)
  })

  test('what the assumed role may not read names the chain', async () => {
    const { target, base } = giveChain('poor', { allow: [{ parameters: ['*'] }] })
    const { status, message } = await mount('poor', { assumeRoleArn: target })
    assert.equal(status, 'PERMISSION_DENIED')
    assert.ok(message.includes(`role ${target}, assumed by role ${base}`), message)
  })

  test('an ARN of another account than the role’s is AWS’s to refuse', async () => {
    const { target } = giveChain('crossed')
    const objectName = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf'
    const objects = objectsText({ objectName, objectAlias: 's' })
    const { status, message } = await mount('crossed', { assumeRoleArn: target, objects })
    assert.equal(status, 'PERMISSION_DENIED')
    assert.match(message, /in a resource-based policy/)
  })

  for (const key of ['AssumeRoleArn', 'assumeRoleARN', 'assumerole']) {
    test(`the parameter ${key} is refused before anybody is asked`, async () => {
      const { target, base } = giveChain(`near-${key.toLowerCase()}-${key.length}${key.at(-1)}`)
      const name = base.split('/').at(-1) ?? ''
      const { status, message } = await mount(name, { [key]: target })
      assert.equal(status, 'INVALID_ARGUMENT')
      assert.match(message, new RegExp(`"${key}" is unknown.*assumeRoleArn`))
      assert.deepEqual(stsCalls(base), [])
    })
  }

  test('a clock that is minutes off is made good for at STS too', async () => {
    const own = await startEmulator({ world: world() })
    const there = await startProvider(own)
    try {
      const target = `arn:aws:iam::${otherAccount}:role/skewed`
      own.mergeWorld({ roles: { [target]: { assumableBy: [{ principals: ['*'] }] } } })
      own.setClockOffset(600)
      const parameters = { region: 'us-east-1', objects: objectsText(secret), assumeRoleArn: target }
      const { status, message } = await mountAs(own, there, { parameters })
      assert.equal(status, 'OK', message)
    } finally {
      await there.stop()
      await own.close()
    }
  })
})

describe('a role to assume, with a second region', { concurrency: testsAtOnce(8) }, () => {
  const troubles: readonly (readonly [name: string, effect: FaultEffect])[] = [
    ['5xx', { do: 'error', code: 'InternalFailure', status: 500 }],
    ['a refused connection', { do: 'refuse' }],
    ['silence after the request', { do: 'hang' }],
  ]
  for (const [index, [name, effect]] of troubles.entries()) {
    test(`${name}: the other region’s STS is asked for both levels, and the credentials serve both regions`, async () => {
      const { a, b } = lane(index)
      const { base, target } = giveChain(`far-${index}`)
      emulator.addFault({ when: { service: 'sts', region: a }, effect })
      const { targetPath } = await mounted(`far-${index}`, {
        assumeRoleArn: target,
        region: a,
        failoverRegion: b,
      })
      assert.deepEqual(textsOf(readVolume(targetPath)), { s: `other ${a}` })
      const answered = emulator.calls({ service: 'sts', region: b }).filter(({ role }) => role === base)
      assert.deepEqual(
        answered.map(({ operation }) => operation),
        ['AssumeRoleWithWebIdentity', 'AssumeRole'],
      )
      const reads = emulator.calls({ service: 'secretsmanager' }).filter(({ role }) => role === target)
      assert.deepEqual(reads.map(({ region }) => region).toSorted(), [b, a].toSorted())
    })
  }

  test('a refusal is final', async () => {
    const { a, b } = lane(4)
    const { target } = giveChain('far-refused', { assumableBy: [] })
    const { status } = await mount('far-refused', { assumeRoleArn: target, region: a, failoverRegion: b })
    assert.equal(status, 'PERMISSION_DENIED')
    assert.equal(emulator.calls({ service: 'sts', region: b }).length, 0)
  })

  test('both fail: both are told', async () => {
    const { a, b } = lane(5)
    const { target } = giveChain('far-both')
    for (const region of [a, b]) {
      emulator.addFault({
        when: { service: 'sts', operation: 'AssumeRole', region },
        effect: { do: 'error', code: 'InternalFailure', status: 500 },
      })
    }
    const { status, message } = await mount('far-both', {
      assumeRoleArn: target,
      region: a,
      failoverRegion: b,
    })
    assert.equal(status, 'INTERNAL')
    assert.match(message, new RegExp(`${a}.*InternalFailure.*\n.*${b}.*InternalFailure`))
  })
})

const secret = { objectName: 's', objectType: 'secretsmanager' }

function lane(index: number): { readonly a: string; readonly b: string } {
  const found = lanes[index]
  assert.ok(found)
  return found
}

async function mount(
  serviceAccount: string,
  parameters: Readonly<Record<string, string>>,
  rest: Partial<MountWish> = {},
): Promise<MountEnd> {
  const all = { region: 'us-east-1', objects: objectsText(secret), ...parameters }
  const end = await mountAs(emulator, provider, { ...rest, serviceAccount, parameters: all })
  assert.ok(!forbiddenStatuses.includes(end.status), end.status)
  if (end.status !== 'OK') assert.ok(isUntouched(end.targetPath), 'a failed mount leaves nothing behind')
  return end
}

async function mounted(
  serviceAccount: string,
  parameters: Readonly<Record<string, string>>,
): Promise<MountEnd> {
  const end = await mount(serviceAccount, parameters)
  assert.equal(end.status, 'OK', end.message)
  return end
}

/** What STS was asked with the token or the credentials of a role. */
function stsCalls(base: string): readonly string[] {
  return emulator
    .calls({ service: 'sts' })
    .filter(({ role, names }) => role === base || names[0] === base)
    .map(({ operation }) => operation)
}

function assumed(bases: readonly string[]): readonly unknown[] {
  return emulator
    .calls({ service: 'sts' })
    .filter(({ operation, role }) => operation === 'AssumeRole' && bases.includes(role ?? ''))
}

async function until(isTrue: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!isTrue()) {
    assert.ok(Date.now() < end, 'not within 10 s')
    await sleep(20)
  }
}
