import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { Secret, World } from '../emulator/world.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { giveRole } from '../harness/give-role.ts'
import { objectsText, shown, writeModes } from '../harness/scene.ts'
import { type SetRefusal, type SetVolume, useSetScene } from '../harness/set-scene.ts'

/** objectType secretsmanagerquery: every secret that filters find. */

const many = Array.from({ length: 210 }, (_, index) => String(index + 1).padStart(3, '0'))
/** So many large values do not fit into one answer: pages are shorter than they could be. */
const large = Array.from({ length: 18 }, (_, index) => `large/${String(index).padStart(2, '0')}`)
/** Escaped, twenty of these are over the bound of an answer. */
const escaped = Array.from({ length: 45 }, (_, index) => `escaped/${String(index).padStart(2, '0')}`)

const sets = useSetScene(world)
const { mount, testVolumes, testRefusals, testChanges } = sets

function world(): World {
  const secrets: Readonly<Record<string, Secret>> = {
    'app/db': { string: 'd', tags: { team: 'shop', service: 'db' }, description: 'Login of the database' },
    'app/mail/key': { string: 'm', tags: { team: 'shop' } },
    'app/mail/cert': { binary: 'AAEC', tags: { team: 'mail' } },
    'app/gone': { string: 'never', tags: { team: 'shop' }, deleted: true },
    'json/a': { string: '{"x":"1","y":"2"}' },
    'json/b': { string: '{"x":"3"}' },
    'encoded/key': { string: 'AAEC' },
    'twins/a_b': { string: '1' },
    'twins/a/b': { string: '2' },
    '..data': { string: 'x' },
    'closed/open': { string: 'o' },
    'closed/denied': { string: 'never' },
    'closed/sealed': { string: 'never', keyUnusable: true },
    ...Object.fromEntries(many.map((number) => [`many/${number}`, { string: number }])),
    ...Object.fromEntries(large.map((name) => [name, { string: 'x'.repeat(65_536) }])),
    ...Object.fromEntries(escaped.map((name) => [name, { string: '\u0001'.repeat(40_000) }])),
  }
  return {
    ...examplesWorld(),
    regions: {
      'us-east-1': { secrets },
      'us-west-2': { secrets: { 'app/db': { string: 'west' }, 'app/west': { string: 'far west' } } },
    },
  }
}

const query = (filters: unknown, more: object = {}) => ({
  objectType: 'secretsmanagerquery',
  filters,
  ...more,
})
const named = (prefix: string, more: object = {}) => query([{ key: 'name', values: [prefix] }], more)

const volumes: readonly SetVolume[] = [
  [
    'everything of a prefix, under the names of the secrets',
    named('app/'),
    { app_db: '0644 d', app_mail_cert: '0644 \u0000\u0001\u0002', app_mail_key: '0644 m' },
  ],
  [
    'directories for slashes, whatever pathTranslation says',
    named('app/', { keepPath: true, filePermission: '0440', exclude: '*/cert' }),
    { 'app/db': '0440 d', 'app/mail/key': '0440 m' },
  ],
  [
    'a directory of its own',
    named('app/', { objectAlias: 'conf', objectName: 'mine', include: ['*/mail/*'], exclude: ['*/cert'] }),
    { 'conf/app_mail_key': '0644 m' },
  ],
  [
    'what all filters find, each by one of its values',
    query([
      { Key: 'tag-value', Values: ['shop', 'mail'] },
      { key: 'name', values: '!app/mail/cert' },
    ]),
    { app_db: '0644 d', app_mail_key: '0644 m' },
  ],
  ['a tag and its description', query([{ key: 'description', values: ['login of'] }]), { app_db: '0644 d' }],
  [
    'the keys of each in a directory of its name',
    named('json/', { expandKeys: true, keepPath: true }),
    { 'json/a/x': '0644 1', 'json/a/y': '0644 2', 'json/b/x': '0644 3' },
  ],
  [
    'each decoded',
    named('encoded/', { objectEncoding: 'base64' }),
    { encoded_key: '0644 \u0000\u0001\u0002' },
  ],
]

for (const mode of writeModes) {
  describe(mode, { concurrency: 4 }, () => {
    testVolumes(mode, volumes)

    test('pathTranslation False makes directories of slashes, and versions are those of the secrets', async () => {
      const { volume, objectVersions } = await mount(mode, named('app/db'), {}, { pathTranslation: 'False' })
      assert.deepEqual([...volume.keys()], ['app/db'])
      assert.match(objectVersions['app/db'] ?? '', /^[0-9a-f-]{36}$/)
    })

    testChanges(mode, () => ({
      object: named(`turn/${mode}/`, { keepPath: true }),
      fileOf: (member) => `turn/${mode}/${member}`,
      change(members) {
        const secrets = Object.entries(members).map(([name, value]) => [
          `turn/${mode}/${name}`,
          value === null ? null : { string: value },
        ])
        sets.emulator.mergeWorld({ regions: { 'us-east-1': { secrets: Object.fromEntries(secrets) } } })
      },
      emptyWords: /has nothing for object "name=turn.*check the filters.*optional: true/,
    }))
  })
}

const refusals: readonly SetRefusal[] = [
  [
    'two names that give one file',
    [named('twins/')],
    'INVALID_ARGUMENT',
    /duplicate file name "twins_a_b".*"twins\/a.*keepPath: true/,
  ],
  [
    'a name that another object has',
    [named('app/db'), { objectName: 'json/a', objectType: 'secretsmanager', objectAlias: 'app_db' }],
    'INVALID_ARGUMENT',
    /duplicate file name "app_db"/,
  ],
  [
    'a name that no file can have',
    [named('..')],
    'INVALID_ARGUMENT',
    /"\.\.data": the file name "\.\.data".*exclude/,
  ],
  [
    'more than 200 of them',
    [named('many/')],
    'FAILED_PRECONDITION',
    /more than 200 secrets that the filters find.*include or exclude, or raise limit/,
  ],
  ['more than the limit', [named('app/', { limit: 2 })], 'FAILED_PRECONDITION', /more than 2 secrets/],
  ['filters that find nothing', [named('no/')], 'NOT_FOUND', /us-east-1 has nothing for object "name=no\/"/],
  ['patterns that leave nothing', [named('app/', { include: 'x*' })], 'NOT_FOUND', /include and exclude/],
  [
    'secrets that are too large together',
    Array.from({ length: 8 }, (_, index) => named('large/', { objectAlias: `copy-${index}` })),
    'FAILED_PRECONDITION',
    /volume/,
  ],
  [
    'no filters',
    [{ objectType: 'secretsmanagerquery', objectName: 'app/' }],
    'INVALID_ARGUMENT',
    /objectType secretsmanagerquery is set without filters/,
  ],
  ['a map of filters', [query({ key: 'name', values: ['a'] })], 'INVALID_ARGUMENT', /filters is a map/],
  ['a filter that is a string', [query(['name'])], 'INVALID_ARGUMENT', /filter 1 is a string/],
  [
    'a key that is none',
    [query([{ key: 'tagkey', values: ['a'] }])],
    'INVALID_ARGUMENT',
    /filter 1: key is "tagkey": write "name", .*; did you mean "tag-key"\?/,
  ],
  ['a filter without key', [query([{ values: ['a'] }])], 'INVALID_ARGUMENT', /filter 1: it has no key/],
  ['a filter without values', [query([{ key: 'name' }])], 'INVALID_ARGUMENT', /filter 1: it has no values/],
  [
    'more values than AWS takes',
    [query([{ key: 'name', values: many.slice(0, 11) }])],
    'INVALID_ARGUMENT',
    /11 values, and AWS takes 10/,
  ],
  [
    'more filters than AWS takes',
    [query(many.slice(0, 11).map((value) => ({ key: 'name', values: [value] })))],
    'INVALID_ARGUMENT',
    /11 filters, and AWS takes 10/,
  ],
  [
    'a value that AWS does not take',
    [named('app*')],
    'INVALID_ARGUMENT',
    /characters that AWS does not take/,
  ],
  ['a value that is too long', [named('a'.repeat(513))], 'INVALID_ARGUMENT', /513 characters/],
  [
    'a version, a label, a jmesPath, a format and another object in failover',
    [
      named('app/', {
        objectVersion: '1',
        objectVersionLabel: 'x',
        objectFormat: 'json',
        jmesPath: [{ path: 'x', objectAlias: 'y' }],
        failoverObject: { objectName: 'x' },
      }),
    ],
    'INVALID_ARGUMENT',
    /objectVersion does not.*\n.*objectVersionLabel does not.*\n.*objectFormat does not.*\n.*jmesPath does not.*\n.*failoverObject does not/,
  ],
  ['recursive', [named('app/', { recursive: true })], 'INVALID_ARGUMENT', /recursive is for objectType ssmp/],
  [
    'its fields on a plain secret',
    [
      {
        objectName: 'app/db',
        objectType: 'secretsmanager',
        filters: [{ key: 'name', values: ['a'] }],
        keepPath: true,
      },
    ],
    'INVALID_ARGUMENT',
    /filters is for objectType secretsmanagerquery alone.*\n.*keepPath is for objectType ssmparameterpath and secretsmanagerquery alone/,
  ],
  [
    'an objectType that is nearly it',
    [{ ...named('app/'), objectType: 'secretsmanagerqery', objectName: 'a' }],
    'INVALID_ARGUMENT',
    /did you mean "secretsmanagerquery"\?/,
  ],
]

testRefusals(refusals)

test('more than 200 are mounted where limit says so, in pages of twenty', async () => {
  giveRole(sets.emulator, 'pages')
  const object = named('many/', { limit: 300 })
  const { status, message, volume } = await mount('provider-written', object, { serviceAccount: 'pages' })
  assert.equal(status, 'OK', message)
  assert.equal(volume.size, 210)
  assert.equal(callsOf('pages').length, 11)
})

test('pages that are cut short are read to their end', async () => {
  giveRole(sets.emulator, 'large')
  const { status, message, volume } = await mount('provider-written', named('large/'), {
    serviceAccount: 'large',
  })
  assert.equal(status, 'OK', message)
  assert.equal(volume.size, large.length)
  assert.equal(callsOf('large').length, 2)
})

test('a page that is over the bound of an answer is asked for in smaller ones, and so are all that follow', async () => {
  giveRole(sets.emulator, 'escaped')
  const { status, message, volume } = await mount('provider-written', named('escaped/'), {
    serviceAccount: 'escaped',
  })
  assert.equal(status, 'OK', message)
  assert.equal(volume.size, escaped.length)
  assert.equal(callsOf('escaped').length, 1 + escaped.length / 5)
})

test('queries that may come to more than a mount keeps are read one after the other', async () => {
  giveRole(sets.emulator, 'turns')
  const objects = objectsText(...['app/', 'json/', 'encoded/'].map((prefix) => named(prefix, { limit: 100 })))
  sets.emulator.clearCalls()
  const wish = { serviceAccount: 'turns', parameters: { region: 'us-east-1', objects } }
  const { status, message, volume } = await sets.scene.mount('provider-written', wish)
  assert.equal(status, 'OK', message)
  assert.equal(volume.size, 6)
  assert.equal(sets.emulator.counters().peak.secretsmanager, 1)
})

const pieces = fc.constantFrom('app/', 'app/m', 'json/', '*', '*/a', 'a*', '*/mail/*', 'app/db', 'json/b', '')
const patterns = fc.uniqueArray(
  pieces.filter((piece) => piece !== ''),
  { maxLength: 2 },
)

test('whatever prefix, patterns and limit are, the files are those of the names that fit, or an error says why not', async () => {
  giveRole(sets.emulator, 'any')
  const names = ['app/db', 'app/mail/key', 'app/mail/cert', 'json/a', 'json/b']
  const fits = (name: string, pattern: string) => new RegExp(`^${pattern.split('*').join('.*')}$`).test(name)
  const outcomes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('app/', 'app/m', 'json/', 'app/db', 'none'),
      patterns,
      patterns,
      fc.integer({ min: 1, max: 4 }),
      async (prefix, include, exclude, limit) => {
        const taken = names
          .filter((name) => name.startsWith(prefix))
          .filter((name) => include.length === 0 || include.some((each) => fits(name, each)))
          .filter((name) => !exclude.some((each) => fits(name, each)))
        const object = named(prefix, { include, exclude, limit, keepPath: true })
        const { message, volume } = await mount('driver-written', object, { serviceAccount: 'any' })
        const expected = taken.length > limit ? 'SET_TOO_LARGE' : taken.length === 0 ? 'SET_EMPTY' : ''
        outcomes.add(expected)
        assert.equal(message.split(':')[0], expected, message)
        assert.deepEqual([...volume.keys()].toSorted(), expected === '' ? taken.toSorted() : [])
      },
    ),
    { numRuns: 60 },
  )
  assert.equal(outcomes.size, 3)
})

describe('secrets that are found and cannot be read', () => {
  const allow = [
    { actions: ['secretsmanager:BatchGetSecretValue', 'secretsmanager:ListSecrets'] },
    { secrets: ['closed/open', 'closed/sealed'] },
  ]

  test('are all named, with what to change', async () => {
    giveRole(sets.emulator, 'closed', { allow })
    const { status, message } = await mount('provider-written', named('closed/', { objectName: 'mine' }), {
      serviceAccount: 'closed',
    })
    assert.equal(status, 'PERMISSION_DENIED', message)
    const lines = message.split('\n').toSorted()
    assert.equal(lines.length, 2)
    assert.match(
      lines[0] ?? '',
      /^ACCESS_DENIED: .*object "closed\/denied" of "mine".*allow secretsmanager:GetSecretValue/,
    )
    assert.match(lines[1] ?? '', /^OBJECT_REFUSED: .*object "closed\/sealed" of "mine": DecryptionFailure/)
  })

  test('fail it where the query is optional, too', async () => {
    giveRole(sets.emulator, 'closed-optional', { allow })
    const object = named('closed/', { optional: true })
    const { status } = await mount('provider-written', object, { serviceAccount: 'closed-optional' })
    assert.equal(status, 'PERMISSION_DENIED')
  })

  test('are no matter where exclude leaves them out', async () => {
    giveRole(sets.emulator, 'closed-out', { allow })
    const object = named('closed/', { exclude: ['*/denied', '*/sealed'] })
    const { status, message, volume } = await mount('provider-written', object, {
      serviceAccount: 'closed-out',
    })
    assert.equal(status, 'OK', message)
    assert.deepEqual([...volume.keys()], ['closed_open'])
  })
})

for (const action of ['BatchGetSecretValue', 'ListSecrets']) {
  test(`a role without ${action} is told the action, and that it is allowed on *`, async () => {
    const serviceAccount = `no-${action.toLowerCase()}`
    giveRole(sets.emulator, serviceAccount, {
      allow: [{ actions: ['secretsmanager:*'] }],
      deny: [{ actions: [`secretsmanager:${action}`] }],
    })
    const denied = await mount('provider-written', named('app/'), { serviceAccount })
    assert.equal(denied.status, 'PERMISSION_DENIED')
    assert.match(
      denied.message,
      new RegExp(`^BATCH_ACCESS_DENIED: .*query "name=app/".*denies secretsmanager:${action} for role`),
    )
    giveRole(sets.emulator, `${serviceAccount}-2`, {
      allow: [{ secrets: ['app/*'] }, ...(action === 'ListSecrets' ? [{ actions: ['*:Batch*'] }] : [])],
    })
    const missing = await mount('provider-written', named('app/'), { serviceAccount: `${serviceAccount}-2` })
    assert.match(missing.message, new RegExp(`allow secretsmanager:${action} on \\* for role`))
  })
}

describe('with a second region', () => {
  const regions = { failoverRegion: 'us-west-2' }

  test('the set is that of the region whose values are used', async () => {
    const both = await mount('provider-written', named('app/'), {}, regions)
    assert.equal(both.status, 'OK', both.message)
    assert.deepEqual([...both.volume.keys()].toSorted(), ['app_db', 'app_mail_cert', 'app_mail_key'])
    giveRole(sets.emulator, 'away')
    sets.emulator.addFault({
      when: { service: 'secretsmanager', region: 'us-east-1' },
      effect: { do: 'error', code: 'InternalServiceError', status: 500 },
    })
    const other = await mount('provider-written', named('app/'), { serviceAccount: 'away' }, regions)
    sets.emulator.clearFaults()
    assert.deepEqual(shown(other.volume), { app_db: '0644 west', app_west: '0644 far west' })
  })

  test('a server error of one secret counts as one of its region', async () => {
    giveRole(sets.emulator, 'half-away')
    sets.emulator.addFault({
      when: { operation: 'GetSecretValue', region: 'us-east-1', name: '*app/mail/key*' },
      effect: { do: 'error', code: 'InternalServiceError', status: 500 },
    })
    const { status, message, volume } = await mount(
      'provider-written',
      named('app/'),
      { serviceAccount: 'half-away' },
      regions,
    )
    sets.emulator.clearFaults()
    assert.equal(status, 'OK', message)
    assert.deepEqual([...volume.keys()].toSorted(), ['app_db', 'app_west'])
  })

  test('nothing in one region alone is an error, also where it is optional', async () => {
    const object = named('json/', { optional: true })
    const { status, message } = await mount('provider-written', object, {}, regions)
    assert.equal(status, 'NOT_FOUND')
    assert.match(message, /us-west-2 has nothing/)
  })

  test('objectRegion reads it in a region of its own', async () => {
    const object = named('app/', { objectRegion: 'us-west-2' })
    const { status, message, volume } = await mount('provider-written', object)
    assert.equal(status, 'OK', message)
    assert.deepEqual([...volume.keys()].toSorted(), ['app_db', 'app_west'])
  })
})

test('a server error of one secret is tried again', async () => {
  giveRole(sets.emulator, 'again')
  sets.emulator.addFault({
    when: { operation: 'GetSecretValue', name: '*app/db*', remaining: 1 },
    effect: { do: 'error', code: 'InternalServiceError', status: 500 },
  })
  const { status, message } = await mount('provider-written', named('app/'), { serviceAccount: 'again' })
  sets.emulator.clearFaults()
  assert.equal(status, 'OK', message)
  assert.equal(callsOf('again').length, 2)
})

function callsOf(account: string) {
  return sets.emulator
    .calls({ service: 'secretsmanager' })
    .filter(({ role }) => role?.endsWith(`/${account}`))
}
