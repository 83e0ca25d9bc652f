import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import fc from 'fast-check'
import type { Fault } from '../emulator/faults.ts'
import type { Role, Secret, World } from '../emulator/world.ts'
import { versionIdOf } from '../emulator/world-index.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { giveRole } from '../harness/give-role.ts'
import {
  type Mounted,
  objectsText,
  type Scene,
  shown,
  startScene,
  type WriteMode,
  writeModes,
} from '../harness/scene.ts'

/** batchReads: secrets are read twenty a call, and all else is as it is without. */

const many = Array.from({ length: 45 }, (_, index) => `many/${String(index).padStart(2, '0')}`)
/** So many large values do not fit into one answer. */
const large = Array.from({ length: 20 }, (_, index) => `large/${String(index).padStart(2, '0')}`)
/** Escaped, twenty of these are over the bound of an answer. */
const escaped = Array.from({ length: 20 }, (_, index) => `escaped/${String(index).padStart(2, '0')}`)
const arnOf = (name: string, region = 'us-east-1') =>
  `arn:aws:secretsmanager:${region}:111122223333:secret:${name}`
const old = versionIdOf('old')

let scene: Scene

before(async () => {
  scene = await startScene({ world: world() })
})
after(() => scene.stop())

function world(): World {
  const record = (names: readonly string[], value: (name: string) => Secret) =>
    Object.fromEntries(names.map((name) => [name, value(name)]))
  const secrets: Readonly<Record<string, Secret>> = {
    ...record(many, (name) => ({ string: `value of ${name}` })),
    ...record(large, () => ({ string: 'x'.repeat(65_536) })),
    ...record(escaped, () => ({ string: '\u0001'.repeat(40_000) })),
    db: {
      suffix: 'AbCdEf',
      versions: {
        [old]: { string: 'before', stages: ['AWSPREVIOUS'] },
        [versionIdOf('new')]: { string: '{"user":"u","port":5432}', stages: ['AWSCURRENT'] },
      },
    },
    'db-AbCdEf': { string: 'another, under what is the whole ARN of db', suffix: 'GhIjKl' },
    keystore: { binary: 'AAEC' },
    gone: { string: 'never', deleted: true },
    sealed: { string: 'never', keyUnusable: true },
    denied: { string: 'never' },
    both: { string: 'primary', suffix: 'MnOpQr', replicas: ['us-west-2'] },
  }
  return {
    ...examplesWorld(),
    regions: {
      'us-east-1': { secrets, parameters: { '/p': { value: 'p' } } },
      'us-west-2': {
        secrets: { ...record(many, (name) => ({ string: `west of ${name}` })), db: { string: 'west' } },
      },
    },
  }
}

const secret = (objectName: string, more: object = {}) => ({
  objectName,
  ...(objectName.startsWith('arn:') ? {} : { objectType: 'secretsmanager' }),
  ...more,
})

for (const mode of writeModes) {
  describe(mode, { concurrency: 4 }, () => {
    test('mounts 45 secrets by three calls, with their versions', async () => {
      const account = `many-${mode}`
      giveRole(scene.emulator, account)
      const { status, message, volume, objectVersions } = await mount(
        mode,
        account,
        many.map((name) => secret(name)),
      )
      assert.equal(status, 'OK', message)
      assert.deepEqual(
        shown(volume),
        Object.fromEntries(many.map((name) => [name.replace('/', '_'), `0644 value of ${name}`])),
      )
      assert.equal(objectVersions.many_07, versionIdOf('many/07 value of many/07'))
      assert.deepEqual(callsOf(account), { BatchGetSecretValue: 3 })
    })

    test('secrets by name, by ARN, whole or without its end, binary, with extracts and keys', async () => {
      const account = `forms-${mode}`
      giveRole(scene.emulator, account)
      const { status, message, volume } = await mount(mode, account, [
        secret('db', { jmesPath: [{ path: 'port', objectAlias: 'port' }] }),
        secret(arnOf('db-AbCdEf'), { objectAlias: 'by-arn', expandKeys: { prefix: 'db-' } }),
        secret(arnOf('both'), { objectAlias: 'by-short-arn' }),
        secret('db-AbCdEf', { objectAlias: 'other' }),
        secret('keystore'),
        secret('keystore', { objectAlias: 'again' }),
      ])
      assert.equal(status, 'OK', message)
      assert.deepEqual(shown(volume), {
        again: '0644 \u0000\u0001\u0002',
        'by-short-arn': '0644 primary',
        db: '0644 {"user":"u","port":5432}',
        'db-port': '0644 5432',
        'db-user': '0644 u',
        keystore: '0644 \u0000\u0001\u0002',
        other: '0644 another, under what is the whole ARN of db',
        port: '0644 5432',
      })
      // The whole ARN shares no call with what may be of the same name, and neither does the secret named after it.
      assert.deepEqual(callsOf(account), { BatchGetSecretValue: 1, GetSecretValue: 2 })
    })
  })
}

test('versions and labels are read alone, and so is a secret that is left alone then', async () => {
  giveRole(scene.emulator, 'selected')
  const { status, message, volume } = await mount('provider-written', 'selected', [
    secret('db'),
    secret('db', { objectAlias: 'previous', objectVersionLabel: 'AWSPREVIOUS' }),
    secret('db', { objectAlias: 'old', objectVersion: old }),
    { objectName: '/p', objectType: 'ssmparameter' },
  ])
  assert.equal(status, 'OK', message)
  assert.deepEqual([...volume.keys()].toSorted(), ['_p', 'db', 'old', 'previous'])
  assert.deepEqual(callsOf('selected'), { GetSecretValue: 3 })
})

test('a mount of one secret needs no right to read several', async () => {
  giveRole(scene.emulator, 'single', { allow: [{ secrets: ['db'] }] })
  const { status, message } = await mount('provider-written', 'single', [secret('db')])
  assert.equal(status, 'OK', message)
  assert.deepEqual(callsOf('single'), { GetSecretValue: 1 })
})

test('the twenty-first secret is read alone', async () => {
  giveRole(scene.emulator, 'odd')
  await mount(
    'provider-written',
    'odd',
    many.slice(0, 21).map((name) => secret(name)),
  )
  assert.deepEqual(callsOf('odd'), { BatchGetSecretValue: 1, GetSecretValue: 1 })
})

test('what an answer has no room for is read alone', async () => {
  giveRole(scene.emulator, 'large')
  const { status, message, volume } = await mount(
    'provider-written',
    'large',
    large.map((name) => secret(name)),
  )
  assert.equal(status, 'OK', message)
  assert.equal(volume.size, 20)
  const { BatchGetSecretValue, GetSecretValue = 0 } = callsOf('large')
  assert.equal(BatchGetSecretValue, 1)
  assert.ok(GetSecretValue > 0 && GetSecretValue < 10, `${GetSecretValue} alone`)
})

test('an answer that is over the bound is asked for once, and all of it is read alone', async () => {
  giveRole(scene.emulator, 'escaped')
  const { status, message, volume } = await mount(
    'provider-written',
    'escaped',
    escaped.map((name) => secret(name)),
  )
  assert.equal(status, 'OK', message)
  assert.equal(volume.size, 20)
  assert.deepEqual(callsOf('escaped'), { BatchGetSecretValue: 1, GetSecretValue: 20 })
})

test('a refusal of the action is said once, with the action', async () => {
  const allow = [{ secrets: ['many/*'] }]
  giveRole(scene.emulator, 'refused', { allow })
  const { status, message } = await mount(
    'provider-written',
    'refused',
    many.map((name) => secret(name)),
  )
  assert.equal(status, 'PERMISSION_DENIED')
  assert.equal(message.split('\n').length, 1, message)
  assert.match(
    message,
    /^BATCH_ACCESS_DENIED: .*allow secretsmanager:BatchGetSecretValue on \* for role arn:aws:iam::111122223333:role\/refused.* or remove batchReads$/,
  )
  giveRole(scene.emulator, 'forbidden', { deny: [{ actions: ['secretsmanager:Batch*'] }] })
  const forbidden = await mount(
    'provider-written',
    'forbidden',
    many.map((name) => secret(name, { optional: true })),
  )
  assert.match(
    forbidden.message,
    /^BATCH_ACCESS_DENIED: .*denies secretsmanager:BatchGetSecretValue for role[^\n]*$/,
  )
})

test('a refusal of the action does not reach mounts of the same role without batchReads', async () => {
  giveRole(scene.emulator, 'mixed', { allow: [{ secrets: ['many/*'] }] })
  const objects = many.slice(0, 5).map((name) => secret(name))
  const [refused, plain] = await Promise.all([
    mount('provider-written', 'mixed', objects),
    mount('provider-written', 'mixed', objects, { batchReads: 'false' }),
  ])
  assert.deepEqual([refused.status, plain.status], ['PERMISSION_DENIED', 'OK'], plain.message)
})

test('mounts of the same at the same time share their calls', async () => {
  giveRole(scene.emulator, 'sharing')
  const objects = many.slice(0, 20).map((name) => secret(name))
  await mount('provider-written', 'sharing', objects)
  scene.emulator.addFault({
    when: { operation: 'BatchGetSecretValue' },
    effect: { do: 'delay', milliseconds: 500 },
  })
  const mounts = await Promise.all(
    Array.from({ length: 5 }, () => mount('provider-written', 'sharing', objects)),
  )
  scene.emulator.clearFaults()
  for (const { status, message } of mounts) assert.equal(status, 'OK', message)
  assert.deepEqual(callsOf('sharing'), { BatchGetSecretValue: 2 })
})

test('not more than eight calls for several secrets are under way, since each answer may be large', async () => {
  // Few enough for all mounts to be let in at once.
  const objects = many.slice(0, 2).map((name) => secret(name))
  const accounts = Array.from({ length: 12 }, (_, index) => `crowd-${index}`)
  for (const account of accounts) giveRole(scene.emulator, account)
  for (const account of accounts) await mount('provider-written', account, objects.slice(0, 1))
  scene.emulator.clearCalls()
  scene.emulator.addFault({
    when: { operation: 'BatchGetSecretValue' },
    effect: { do: 'delay', milliseconds: 1_000 },
  })
  const mounts = await Promise.all(accounts.map((account) => mount('provider-written', account, objects)))
  scene.emulator.clearFaults()
  for (const { status, message } of mounts) assert.equal(status, 'OK', message)
  assert.ok((scene.emulator.counters().peak.secretsmanager ?? 0) <= 8)
})

test('a call that fails is tried again, and its failure is that of each secret', async () => {
  const objects = [secret('db'), secret('keystore')]
  giveRole(scene.emulator, 'again')
  scene.emulator.addFault({
    when: { operation: 'BatchGetSecretValue', remaining: 2 },
    effect: { do: 'error', code: 'InternalServiceError', status: 500 },
  })
  const { status, message } = await mount('provider-written', 'again', objects)
  assert.equal(status, 'OK', message)
  assert.deepEqual(callsOf('again'), { BatchGetSecretValue: 3 })
  scene.emulator.addFault({
    when: { service: 'secretsmanager' },
    effect: { do: 'error', code: 'InternalServiceError', status: 500 },
  })
  const [failed, plain] = [
    await mount('provider-written', 'again', objects),
    await mount('provider-written', 'again', objects, { batchReads: 'false' }),
  ]
  scene.emulator.clearFaults()
  assert.equal(failed.message, plain.message)
  assert.match(failed.message, /STORE_UNAVAILABLE.*"db".*\nSTORE_UNAVAILABLE.*"keystore"/)
})

test('a call that AWS finds malformed is made for each secret alone', async () => {
  giveRole(scene.emulator, 'malformed')
  scene.emulator.addFault({
    when: { operation: 'BatchGetSecretValue' },
    effect: { do: 'error', code: 'ValidationException', message: 'Invalid name.' },
  })
  const { status, message } = await mount('provider-written', 'malformed', [secret('db'), secret('no name')])
  scene.emulator.clearFaults()
  assert.equal(status, 'NOT_FOUND')
  assert.match(message, /^OBJECT_NOT_FOUND: .*"no name"[^\n]*$/)
})

const objects = fc.uniqueArray(
  fc.record(
    {
      objectName: fc.constantFrom(
        'db',
        arnOf('db-AbCdEf'),
        arnOf('both'),
        'db-AbCdEf',
        'keystore',
        'gone',
        'sealed',
        'denied',
        'missing',
        arnOf('missing-AbCdEf'),
        'both',
        ...many.slice(0, 24),
      ),
      objectVersionLabel: fc.constantFrom(undefined, undefined, undefined, 'AWSPREVIOUS', 'AWSCURRENT'),
      optional: fc.constantFrom(undefined, 'true'),
    },
    { requiredKeys: ['objectName'] },
  ),
  { minLength: 1, maxLength: 30, selector: (each) => JSON.stringify(each) },
)
const faults = fc.constantFrom<readonly Fault[]>(
  [],
  [],
  ...(['InternalServiceError', 'DecryptionFailure', 'ResourceNotFoundException'] as const).map((code) => [
    {
      when: { operation: 'GetSecretValue', region: 'us-east-1', name: 'many/1*' },
      effect: {
        do: 'error',
        code,
        message: 'It says so.',
        status: code === 'InternalServiceError' ? 500 : 400,
      },
    } as const,
  ]),
)
const reader: Role = { deny: [{ secrets: ['denied'] }] }

test('a mount ends with it as it ends without it: same files, versions, status and words', async () => {
  giveRole(scene.emulator, 'either', reader)
  const outcomes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      objects,
      faults,
      fc.constantFrom('', 'us-west-2'),
      async (entries, broken, failoverRegion) => {
        const list = entries.map((entry, index) =>
          secret(entry.objectName, { ...entry, objectAlias: `f${index}` }),
        )
        for (const each of broken) scene.emulator.addFault(each)
        const [one, other] = await Promise.all(
          ['true', 'false'].map((batchReads) =>
            mount('driver-written', 'either', list, {
              batchReads,
              ...(failoverRegion ? { failoverRegion } : {}),
            }),
          ),
        )
        scene.emulator.clearFaults()
        outcomes.add(`${one?.status}`)
        assert.deepEqual(comparable(one), comparable(other))
      },
    ),
    { numRuns: 60 },
  )
  assert.ok(outcomes.size > 2, `only ${[...outcomes]} came about`)
})

function comparable(end: Mounted | undefined) {
  const { status, message, objectVersions, volume = new Map() } = end ?? {}
  return { status, message, objectVersions, files: shown(volume) }
}

describe('with a second region', () => {
  const regions = { failoverRegion: 'us-west-2' }
  const some = many.slice(0, 5).map((name) => secret(name))

  test('a call a region, and the values of the primary one', async () => {
    giveRole(scene.emulator, 'regions')
    const { status, message, volume } = await mount('provider-written', 'regions', some, regions)
    assert.equal(status, 'OK', message)
    assert.equal(volume.get('many_00')?.content.toString(), 'value of many/00')
    assert.deepEqual(callsOf('regions'), { BatchGetSecretValue: 2 })
  })

  test('ARNs and failoverObjects name what to read there', async () => {
    giveRole(scene.emulator, 'names')
    const list = [
      secret(arnOf('both-MnOpQr'), { objectAlias: 'both' }),
      secret('db', { objectAlias: 'db', failoverObject: { objectName: 'many/01' } }),
    ]
    scene.emulator.addFault({
      when: { region: 'us-east-1', service: 'secretsmanager' },
      effect: { do: 'error', code: 'InternalServiceError', status: 500 },
    })
    const { status, message, volume } = await mount('provider-written', 'names', list, regions)
    scene.emulator.clearFaults()
    assert.equal(status, 'OK', message)
    assert.deepEqual(shown(volume), { both: '0644 primary', db: '0644 west of many/01' })
  })

  test('a server error of one secret that does not pass counts as one of its region', async () => {
    giveRole(scene.emulator, 'one-away')
    scene.emulator.addFault({
      when: { operation: 'GetSecretValue', region: 'us-east-1', name: 'many/03' },
      effect: { do: 'error', code: 'InternalServiceError', status: 500 },
    })
    const { status, message, volume } = await mount('provider-written', 'one-away', some, regions)
    scene.emulator.clearFaults()
    assert.equal(status, 'OK', message)
    assert.equal(volume.get('many_00')?.content.toString(), 'west of many/00')
  })

  test('a refusal of the action in one region fails the mount, and names the region', async () => {
    giveRole(scene.emulator, 'refused-there', {
      deny: [{ regions: ['us-west-2'], actions: ['secretsmanager:Batch*'] }],
    })
    const { status, message } = await mount('provider-written', 'refused-there', some, regions)
    assert.equal(status, 'PERMISSION_DENIED')
    assert.match(message, /^BATCH_ACCESS_DENIED: Secrets Manager in us-west-2 [^\n]*$/)
  })
})

for (const [batchReads, says] of [
  ['yes', /parameter batchReads is "yes": write "true" or "false"/],
  ['TRUE ', /batchReads is "TRUE "/],
] as const) {
  test(`refuses batchReads ${JSON.stringify(batchReads)}`, async () => {
    const { status, message } = await mount('provider-written', 'shop', [secret('db')], { batchReads })
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.match(message, says)
  })
}

function callsOf(account: string): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { role, operation } of scene.emulator.calls({ service: 'secretsmanager' })) {
    if (role?.endsWith(`/${account}`)) counts[operation] = (counts[operation] ?? 0) + 1
  }
  return counts
}

function mount(
  mode: WriteMode,
  serviceAccount: string,
  objects: readonly object[],
  more: Readonly<Record<string, string>> = {},
): Promise<Mounted> {
  const parameters = { region: 'us-east-1', batchReads: 'true', ...more, objects: objectsText(...objects) }
  return scene.mount(mode, { serviceAccount, parameters })
}
