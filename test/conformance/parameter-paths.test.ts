import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { World } from '../emulator/world.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { giveRole } from '../harness/give-role.ts'
import { objectsText, shown, writeModes } from '../harness/scene.ts'
import { type SetRefusal, type SetVolume, useSetScene } from '../harness/set-scene.ts'

/** objectType ssmparameterpath: every parameter below a path. */

const many = Array.from({ length: 210 }, (_, index) => String(index + 1).padStart(3, '0'))

const sets = useSetScene(world)
const { mount, testVolumes, testRefusals, testChanges } = sets

function world(): World {
  const parameters = {
    '/app/db/host': { value: 'h' },
    '/app/db/login/user': { value: 'u' },
    '/app/db/login/password': {
      type: 'SecureString' as const,
      versions: { '1': { value: 'old', labels: ['prod'] }, '2': { value: 'new' } },
    },
    '/app/json/a': { value: '{"x":"1","y":"2"}' },
    '/app/json/b': { value: '{"x":"3"}' },
    '/app/encoded/key': { value: 'AAEC' },
    '/twins/a/name': { value: 'a' },
    '/twins/b/name': { value: 'b' },
    '/dots/..data': { value: 'x' },
    '/beside': { value: 'never' },
    '/app/dbx': { value: 'never' },
    ...Object.fromEntries(many.map((number) => [`/many/${number}`, { value: number }])),
    ...Object.fromEntries(
      Array.from({ length: 5_000 }, (_, at) => {
        const value = at >= 4_990 ? `{"x":"${at}"}` : '{"y":""}'
        return [`/few/${Math.floor(at / 1_000)}/${at}`, { value }]
      }),
    ),
  }
  return {
    ...examplesWorld(),
    regions: {
      'us-east-1': { parameters },
      'us-west-2': {
        parameters: { '/app/db/host': { value: 'west' }, '/west/db/host': { value: 'far west' } },
      },
    },
  }
}

const path = (objectName: string, more: object = {}) => ({
  objectName,
  objectType: 'ssmparameterpath',
  ...more,
})

const volumes: readonly SetVolume[] = [
  [
    'everything below, by the last element of each name',
    path('/app/db/'),
    { host: '0644 h', password: '0644 new', user: '0644 u' },
  ],
  ['the path without its last slash', path('/app/db', { recursive: false }), { host: '0644 h' }],
  [
    'directories for what lies below, whatever pathTranslation says',
    path('/app/db', { keepPath: true, filePermission: '0440' }),
    { host: '0440 h', 'login/password': '0440 new', 'login/user': '0440 u' },
  ],
  [
    'a directory of its own',
    path('/app/db', { objectAlias: 'conf', exclude: '*/password' }),
    { 'conf/host': '0644 h', 'conf/user': '0644 u' },
  ],
  [
    'names that patterns take and leave',
    path('/app/db', { include: ['*/login/*', '*/host'], exclude: ['*user'] }),
    { host: '0644 h', password: '0644 new' },
  ],
  ['a label of all', path('/app/db', { objectVersionLabel: 'prod' }), { password: '0644 old' }],
  [
    'the keys of each in a directory of its name',
    path('/app/json', { expandKeys: true }),
    { 'a/x': '0644 1', 'a/y': '0644 2', 'b/x': '0644 3' },
  ],
  ['each decoded', path('/app/encoded', { objectEncoding: 'base64' }), { key: '0644 \u0000\u0001\u0002' }],
]

for (const mode of writeModes) {
  describe(mode, { concurrency: 4 }, () => {
    testVolumes(mode, volumes)

    test('the version of each file is that of its parameter', async () => {
      const { objectVersions } = await mount(mode, path('/app/db'))
      assert.deepEqual(objectVersions, { host: '1', password: '2', user: '1' })
    })

    testChanges(mode, () => ({
      object: path(`/turn/${mode}`),
      fileOf: (member) => member,
      change(members) {
        const parameters = Object.entries(members).map(([name, value]) => [
          `/turn/${mode}/${name}`,
          value === null ? null : { value },
        ])
        sets.emulator.mergeWorld({ regions: { 'us-east-1': { parameters: Object.fromEntries(parameters) } } })
      },
      emptyWords: /has nothing for object .*optional: true/,
    }))
  })
}

const refusals: readonly SetRefusal[] = [
  [
    'two names that give one file',
    [path('/twins')],
    'INVALID_ARGUMENT',
    /duplicate file name "name".*"\/twins\/a\/name".*keepPath: true/,
  ],
  [
    'a name that another object has',
    [
      path('/app/db', { recursive: false }),
      { objectName: '/beside', objectType: 'ssmparameter', objectAlias: 'host' },
    ],
    'INVALID_ARGUMENT',
    /duplicate file name "host"/,
  ],
  [
    'a name that no file can have',
    [path('/dots')],
    'INVALID_ARGUMENT',
    /"\/dots\/\.\.data": the file name "\.\.data".*exclude/,
  ],
  [
    'more than 200 of them',
    [path('/many')],
    'FAILED_PRECONDITION',
    /more than 200 parameters.*include or exclude, or raise limit/,
  ],
  ['more than the limit', [path('/app/db', { limit: 2 })], 'FAILED_PRECONDITION', /more than 2 parameters/],
  [
    'a path with nothing below',
    [path('/nothing')],
    'NOT_FOUND',
    /us-east-1 has nothing for object "\/nothing"/,
  ],
  ['patterns that leave nothing', [path('/app/db', { include: 'x*' })], 'NOT_FOUND', /include and exclude/],
  ['a name that is no path', [path('app/db')], 'INVALID_ARGUMENT', /"app\/db" is not a path/],
  ['an ARN', [path('arn:aws:ssm:us-east-1:111122223333:parameter/app')], 'INVALID_ARGUMENT', /is not a path/],
  [
    'a version',
    [path('/app/db', { objectVersion: 1 })],
    'INVALID_ARGUMENT',
    /objectVersion does not go with/,
  ],
  [
    'jmesPath',
    [path('/app/db', { jmesPath: [{ path: 'x', objectAlias: 'y' }] })],
    'INVALID_ARGUMENT',
    /jmesPath does not go with/,
  ],
  ['a limit over 1000', [path('/app/db', { limit: 1001 })], 'INVALID_ARGUMENT', /limit.*1 to 1000/],
  [
    'its fields on a plain parameter',
    [{ objectName: '/beside', objectType: 'ssmparameter', recursive: true, include: ['a'] }],
    'INVALID_ARGUMENT',
    /recursive is for objectType ssmparameterpath alone.*\n.*include is for/,
  ],
]

testRefusals(refusals)

test('more than 200 are mounted where limit says so, in pages of ten', async () => {
  giveRole(sets.emulator, 'pages')
  const { status, message, volume } = await mount('provider-written', path('/many', { limit: 300 }), {
    serviceAccount: 'pages',
  })
  assert.equal(status, 'OK', message)
  assert.equal(volume.size, 210)
  const pages = sets.emulator.calls({ service: 'ssm' }).filter(({ role }) => role?.endsWith('/pages'))
  assert.equal(pages.length, 21)
})

test('more members than a volume may have files are all looked at where only some give files', async () => {
  const expandKeys = { include: ['x'], optional: true }
  const objects = Array.from({ length: 5 }, (_, at) =>
    path(`/few/${at}`, { objectAlias: `d${at}`, limit: '1000', expandKeys }),
  )
  const parameters = { region: 'us-east-1', pathTranslation: 'False', objects: objectsText(...objects) }
  const { status, message, volume } = await sets.scene.mount('provider-written', { parameters })
  assert.equal(status, 'OK', message)
  assert.deepEqual(
    [...volume.keys()].toSorted(),
    Array.from({ length: 10 }, (_, at) => `d4/${4_990 + at}/x`),
  )
})

test('a role without the right is told the action and the path', async () => {
  giveRole(sets.emulator, 'pathless', { allow: [{ actions: ['ssm:GetParameters'], parameters: ['*'] }] })
  const { status, message } = await mount('provider-written', path('/app/db'), { serviceAccount: 'pathless' })
  assert.equal(status, 'PERMISSION_DENIED')
  assert.match(message, /allow ssm:GetParametersByPath on it/)
})

test('a role with the right on the path alone reads it with a slash at its end too', async () => {
  const right = { actions: ['ssm:GetParametersByPath'], parameters: ['/app/db'] }
  giveRole(sets.emulator, 'slash', { allow: [right] })
  const object = path('/app/db/', { recursive: false })
  const { status, message, volume } = await mount('provider-written', object, { serviceAccount: 'slash' })
  assert.equal(status, 'OK', message)
  assert.deepEqual([...volume.keys()], ['host'])
})

describe('with a second region', () => {
  const regions = { failoverRegion: 'us-west-2' }

  test('the set is that of the region whose values are used', async () => {
    const failoverObject = { objectName: '/west/db' }
    const both = await mount('provider-written', path('/app/db', { failoverObject }), {}, regions)
    assert.equal(both.status, 'OK', both.message)
    assert.deepEqual([...both.volume.keys()].toSorted(), ['host', 'password', 'user'])
    giveRole(sets.emulator, 'away')
    sets.emulator.addFault({
      when: { service: 'ssm', region: 'us-east-1' },
      effect: { do: 'error', code: 'InternalServerError', status: 500 },
    })
    const other = await mount(
      'provider-written',
      path('/app/db', { failoverObject }),
      { serviceAccount: 'away' },
      regions,
    )
    sets.emulator.clearFaults()
    assert.deepEqual(shown(other.volume), { host: '0644 far west' })
  })

  test('nothing in one region alone is an error, also where it is optional', async () => {
    const { status, message } = await mount(
      'provider-written',
      path('/app/json', { optional: true }),
      {},
      regions,
    )
    assert.equal(status, 'NOT_FOUND')
    assert.match(message, /us-west-2 has nothing/)
  })
})
