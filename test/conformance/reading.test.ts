import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import type { World } from '../emulator/world.ts'
import { secretVersion } from '../fixtures/example-volumes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { mountAs, readVolume } from '../harness/driver.ts'
import { type Provider, startProvider } from '../harness/provider.ts'
import { objectsText, type Scene, shown, startScene, writeModes } from '../harness/scene.ts'

const older = '11111111-1111-4111-8111-111111111111'
const newer = '22222222-2222-4222-8222-222222222222'

const numbers = '{"id":9007199254740993,"ratio":1.10,"huge":1e400,"on":false,"deep":{"z":[1],"10":null}}'

let scene: Scene

before(async () => {
  scene = await startScene({ world: world() })
})
after(() => scene.stop())

const arn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf'

function world(): World {
  return {
    ...examplesWorld(),
    regions: {
      'us-east-1': {
        secrets: {
          db: { string: '{"user":"till","password":"p"}', suffix: 'AbCdEf' },
          '0123': { string: 'octal' },
          numbers: { string: numbers },
          true: { string: 'boolean' },
          here: { string: 'us-east-1' },
          'a/b': { string: 'nested' },
          '/led/by/slash': { string: 'led' },
          other: {
            versions: {
              [older]: { string: 'older', stages: ['AWSPREVIOUS'] },
              [newer]: { string: 'newer', stages: ['AWSCURRENT'] },
            },
          },
        },
        parameters: {
          '/p': {
            versions: { '1': { value: 'one', labels: ['old'] }, '2': { value: 'two', labels: ['new'] } },
          },
        },
      },
      'us-east-2': { secrets: { here: { string: 'us-east-2' } } },
      'eu-west-1': { secrets: { here: { string: 'eu-west-1' } } },
    },
  }
}

const json = '{"user":"till","password":"p"}'
const type = 'objectType: secretsmanager'

interface Reading {
  readonly name: string
  readonly objects: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly mounts: Readonly<Record<string, string>>
}

const readings: readonly Reading[] = [
  // Scalars are the text that was typed
  {
    name: 'an objectName like an octal number',
    objects: `- objectName: 0123\n  ${type}`,
    mounts: { '0123': '0644 octal' },
  },
  {
    name: 'an objectName like a boolean',
    objects: `- objectName: true\n  ${type}`,
    mounts: { true: '0644 boolean' },
  },
  {
    name: 'an objectAlias like a boolean',
    objects: `- objectName: db\n  ${type}\n  objectAlias: yes`,
    mounts: { yes: `0644 ${json}` },
  },
  {
    name: 'an objectAlias like a number',
    objects: `- objectName: db\n  ${type}\n  objectAlias: 1_000.50`,
    mounts: { '1_000.50': `0644 ${json}` },
  },
  {
    name: 'an objectVersion like a number',
    objects: '- {objectName: /p, objectType: ssmparameter, objectVersion: 1}',
    mounts: { _p: '0644 one' },
  },
  {
    name: 'a filePermission without quotes',
    objects: `- objectName: db\n  ${type}\n  filePermission: 0600`,
    mounts: { db: `0600 ${json}` },
  },
  {
    name: 'a filePermission with set-id bits',
    objects: `- objectName: db\n  ${type}\n  filePermission: "4755"`,
    mounts: { db: `0755 ${json}` },
  },
  {
    name: 'null, ~ and nothing',
    objects: `- objectName: db\n  ${type}\n  objectAlias: null\n  objectVersion: ~\n  filePermission:\n  jmesPath:\n  failoverObject: null`,
    mounts: { db: `0644 ${json}` },
  },
  {
    name: 'empty text as unset',
    objects: `- objectName: db\n  ${type}\n  objectAlias: ""\n  objectVersion: ''`,
    mounts: { db: `0644 ${json}` },
  },
  // Keys
  {
    name: 'keys in any case',
    objects: `- OBJECTNAME: db\n  objecttype: secretsmanager\n  JmesPath:\n  - Path: user\n    ObjectAlias: u`,
    mounts: { db: `0644 ${json}`, u: '0644 till' },
  },
  {
    name: 'the exact spelling before another',
    objects: `- objectName: db\n  OBJECTNAME: '0123'\n  ${type}`,
    mounts: { db: `0644 ${json}` },
  },
  {
    name: 'the last of a repeated key',
    objects: `- objectName: '0123'\n  ${type}\n  objectName: db`,
    mounts: { db: `0644 ${json}` },
  },
  {
    name: 'a field that nobody knows',
    objects: `- objectName: db\n  ${type}\n  filePermissions: "0600"`,
    mounts: { db: `0644 ${json}` },
  },
  // Forms of YAML
  {
    name: 'an anchor and a merge',
    objects: `- &base\n  objectName: db\n  ${type}\n  filePermission: "0400"\n- <<: *base\n  objectAlias: again`,
    mounts: { db: `0400 ${json}`, again: `0400 ${json}` },
  },
  {
    name: 'a byte order mark',
    objects: `\ufeff- objectName: db\n  ${type}\n`,
    mounts: { db: `0644 ${json}` },
  },
  { name: 'Windows line ends', objects: `- objectName: db\r\n  ${type}\r\n`, mounts: { db: `0644 ${json}` } },
  {
    name: 'JSON',
    objects: '[{"objectName":"db","objectType":"secretsmanager"}]',
    mounts: { db: `0644 ${json}` },
  },
  {
    name: 'flow style',
    objects: '[{objectName: db, objectType: secretsmanager}]',
    mounts: { db: `0644 ${json}` },
  },
  {
    name: 'a tab after a colon and before a comment',
    objects: `- objectName:\tdb\t# the login\n  ${type}\n`,
    mounts: { db: `0644 ${json}` },
  },
  {
    name: 'the first of two documents',
    objects: `- objectName: db\n  ${type}\n---\n- nonsense`,
    mounts: { db: `0644 ${json}` },
  },
  {
    name: 'a document start and comments',
    objects: `---\n# ours\n- objectName: db # one\n  ${type}\n...\n`,
    mounts: { db: `0644 ${json}` },
  },
  // One object under several names
  {
    name: 'one secret in two versions',
    objects: objectsText(
      { objectName: 'other', objectType: 'secretsmanager' },
      {
        objectName: 'other',
        objectType: 'secretsmanager',
        objectVersionLabel: 'AWSPREVIOUS',
        objectAlias: 'before',
      },
      { objectName: 'other', objectType: 'secretsmanager', objectVersion: older, objectAlias: 'by-id' },
      {
        objectName: 'other',
        objectType: 'secretsmanager',
        objectVersion: newer,
        objectVersionLabel: 'AWSCURRENT',
        objectAlias: 'by-both',
      },
    ),
    mounts: { other: '0644 newer', before: '0644 older', 'by-id': '0644 older', 'by-both': '0644 newer' },
  },
  {
    name: 'a name beside its ARN',
    objects: objectsText({ objectName: 'db', objectType: 'secretsmanager' }, { objectName: arn }),
    mounts: { db: `0644 ${json}`, [arn]: `0644 ${json}` },
  },
  {
    name: 'an ARN with its objectType',
    objects: objectsText({ objectName: arn, objectType: 'secretsmanager', objectAlias: 'db' }),
    mounts: { db: `0644 ${json}` },
  },
  // File names
  {
    name: 'a slash translated by default',
    objects: objectsText({ objectName: 'a/b', objectType: 'secretsmanager' }),
    mounts: { a_b: '0644 nested' },
  },
  {
    name: 'an empty pathTranslation as the default',
    objects: objectsText({ objectName: 'a/b', objectType: 'secretsmanager' }),
    parameters: { pathTranslation: '' },
    mounts: { a_b: '0644 nested' },
  },
  {
    name: 'a leading slash translated',
    objects: objectsText({ objectName: '/led/by/slash', objectType: 'secretsmanager' }),
    mounts: { _led_by_slash: '0644 led' },
  },
  {
    name: 'pathTranslation of one code point',
    objects: objectsText({ objectName: 'a/b', objectType: 'secretsmanager' }),
    parameters: { pathTranslation: 'é' },
    mounts: { aéb: '0644 nested' },
  },
  {
    name: 'pathTranslation outside the first plane',
    objects: objectsText({ objectName: 'a/b', objectType: 'secretsmanager' }),
    parameters: { pathTranslation: '🔑' },
    mounts: { 'a🔑b': '0644 nested' },
  },
  ...['False', 'false', 'FALSE', 'fAlSe'].map((pathTranslation) => ({
    name: `pathTranslation ${pathTranslation}`,
    objects: objectsText(
      { objectName: 'a/b', objectType: 'secretsmanager' },
      { objectName: '/led/by/slash', objectType: 'secretsmanager' },
      {
        objectName: 'db',
        objectType: 'secretsmanager',
        objectAlias: '//x/y',
        jmesPath: [{ path: 'user', objectAlias: 'a/user' }],
      },
    ),
    parameters: { pathTranslation },
    mounts: {
      'a/b': '0644 nested',
      'led/by/slash': '0644 led',
      'x/y': `0644 ${json}`,
      'a/user': '0644 till',
    },
  })),
  {
    name: 'a translated alias of object and extract',
    objects: objectsText({
      objectName: 'db',
      objectType: 'secretsmanager',
      objectAlias: 'x/y',
      jmesPath: [{ path: 'user', objectAlias: 'u/v' }],
    }),
    parameters: { pathTranslation: '-' },
    mounts: { 'x-y': `0644 ${json}`, 'u-v': '0644 till' },
  },
  ...[
    '__proto__',
    'constructor',
    'toString',
    '"quoted"',
    ' a  b ',
    '.hidden',
    'a..b',
    'ü€🔑',
    'a\\b',
    "it's",
    '$(id)',
    'a\nb',
    '-rf',
    'x'.repeat(255),
  ].map((objectAlias) => ({
    name: `the alias ${JSON.stringify(objectAlias).slice(0, 20)}`,
    objects: objectsText({ objectName: 'db', objectType: 'secretsmanager', objectAlias }),
    mounts: { [objectAlias]: `0644 ${json}` },
  })),
  // Extracts
  {
    name: 'the mode of an extract: its own, else its object’s',
    objects: objectsText({
      objectName: 'db',
      objectType: 'secretsmanager',
      filePermission: '0640',
      jmesPath: [
        { path: 'user', objectAlias: 'u' },
        { path: 'password', objectAlias: 'p', filePermission: '0400' },
      ],
    }),
    mounts: { db: `0640 ${json}`, u: '0640 till', p: '0400 p' },
  },
  {
    name: 'numbers and booleans digit by digit, structures by format, and what is optional',
    objects: objectsText({
      objectName: 'numbers',
      objectType: 'secretsmanager',
      jmesPath: [
        { path: 'id', objectAlias: 'id' },
        { path: 'to_string(id)', objectAlias: 'id-text' },
        { path: 'ratio', objectAlias: 'ratio' },
        { path: 'huge', objectAlias: 'huge' },
        { path: 'on', objectAlias: 'on' },
        { path: 'deep', objectAlias: 'deep.json', format: 'json' },
        { path: 'deep', objectAlias: 'deep.yaml', format: 'yaml', optional: false },
        { path: 'gone', objectAlias: 'gone', optional: 'true' },
      ],
    }),
    mounts: {
      numbers: `0644 ${numbers}`,
      id: '0644 9007199254740993',
      'id-text': '0644 9007199254740993',
      ratio: '0644 1.10',
      huge: '0644 1e400',
      on: '0644 false',
      'deep.json': '0644 {"z":[1],"10":null}',
      'deep.yaml': '0644 z:\n  - 1\n"10": null',
    },
  },
  {
    name: 'every key, beside an extract and the whole value',
    objects: objectsText({
      objectName: 'numbers',
      objectType: 'secretsmanager',
      objectAlias: 'whole',
      filePermission: '0400',
      jmesPath: [{ path: 'deep.z[0]', objectAlias: 'first' }],
      expandKeys: { mountWhole: 'true', depth: 2, nulls: 'empty', prefix: 'n-', exclude: ['id', 'h*'] },
    }),
    mounts: {
      whole: `0400 ${numbers}`,
      first: '0400 1',
      'n-ratio': '0400 1.10',
      'n-on': '0400 false',
      'n-deep/z': '0400 [1]',
      'n-deep/10': '0400 ',
    },
  },
  {
    name: 'every key and nothing else',
    objects: `- objectName: db\n  ${type}\n  expandKeys: true`,
    mounts: { user: '0644 till', password: '0644 p' },
  },
  // Parameters of the class
  ...['0', 'f', 'F', 'false', 'FALSE', 'False', ''].map((usePodIdentity) => ({
    name: `usePodIdentity ${JSON.stringify(usePodIdentity)}`,
    objects: `- objectName: db\n  ${type}`,
    parameters: { usePodIdentity },
    mounts: { db: `0644 ${json}` },
  })),
  {
    name: 'a preferredAddressType that is none',
    objects: `- objectName: db\n  ${type}`,
    parameters: { preferredAddressType: 'pigeon' },
    mounts: { db: `0644 ${json}` },
  },
  {
    name: 'an empty failoverRegion as none',
    objects: `- objectName: db\n  ${type}`,
    parameters: { failoverRegion: '' },
    mounts: { db: `0644 ${json}` },
  },
]

for (const { name, objects, parameters = {}, mounts } of readings) {
  test(`${name} is read as it looks`, async () => {
    for (const mode of writeModes) {
      const { status, message, volume, objectVersions } = await scene.mount(mode, {
        parameters: { region: 'us-east-1', ...parameters, objects },
      })
      assert.equal(status, 'OK', message)
      assert.deepEqual(shown(volume), sorted(mounts))
      assert.deepEqual(Object.keys(objectVersions).toSorted(), Object.keys(mounts).toSorted())
    }
  })
}

test('a field that nobody knows is warned of in the log, with the nearest name', async () => {
  const objects = `- objectName: db\n  ${type}\n  filePermision: "0600"`
  await scene.mount('provider-written', { parameters: { region: 'us-east-1', objects } })
  const warned = scene.providers['provider-written']
    .lines()
    .find(({ level, warnings }) => level === 'warn' && JSON.stringify(warnings).includes('filePermision'))
  assert.match(JSON.stringify(warned?.warnings), /filePermission/)
})

test('the version of an extract is that of its object', async () => {
  const objects = objectsText({
    objectName: 'db',
    objectType: 'secretsmanager',
    jmesPath: [{ path: 'user', objectAlias: 'u' }],
  })
  const { objectVersions } = await scene.mount('provider-written', {
    parameters: { region: 'us-east-1', objects },
  })
  assert.deepEqual(objectVersions, { db: secretVersion('db', json), u: secretVersion('db', json) })
})

interface RegionCase {
  readonly name: string
  readonly parameter?: string
  readonly provider: 'plain' | 'withRegion' | 'withoutNode'
  readonly pod?: string
  readonly reads: string | RegExp
}

const noRegion = /region.*AWS_REGION.*topology\.kubernetes\.io\/region/

const regionCases: readonly RegionCase[] = [
  { name: 'the parameter before all', parameter: 'us-east-2', provider: 'withRegion', reads: 'us-east-2' },
  { name: 'AWS_REGION before the label', provider: 'withRegion', reads: 'eu-west-1' },
  { name: 'an empty parameter as missing', parameter: '', provider: 'withRegion', reads: 'eu-west-1' },
  { name: 'the label, AWS_REGION being empty', provider: 'plain', reads: 'us-east-1' },
  { name: 'the label of the pod’s node', provider: 'withoutNode', pod: 'on-west', reads: 'eu-west-1' },
  { name: 'the label of another pod’s node', provider: 'withoutNode', pod: 'on-east', reads: 'us-east-2' },
  { name: 'a node without a label', provider: 'withoutNode', pod: 'on-bare', reads: noRegion },
  { name: 'an empty label as missing', provider: 'withoutNode', pod: 'on-empty', reads: noRegion },
]

describe('the region', () => {
  const environments = {
    // AWS_DEFAULT_REGION never counts.
    plain: { AWS_REGION: '', AWS_DEFAULT_REGION: 'us-east-2' },
    withRegion: { AWS_REGION: 'eu-west-1' },
    withoutNode: { NODE_NAME: undefined, AWS_DEFAULT_REGION: 'us-east-1' },
  }
  const providers = new Map<string, Provider>()

  before(async () => {
    const label = (region: string) => ({ labels: { 'topology.kubernetes.io/region': region } })
    const on = (node: string) => ({ node, serviceAccount: 'shop' })
    scene.emulator.mergeWorld({
      kubernetes: {
        nodes: { west: label('eu-west-1'), east: label('us-east-2'), empty: label(''), bare: {} },
        pods: {
          'default/on-west': on('west'),
          'default/on-east': on('east'),
          'default/on-empty': on('empty'),
          'default/on-bare': on('bare'),
        },
      },
    })
    for (const [name, environment] of Object.entries(environments)) {
      providers.set(name, await startProvider(scene.emulator, { environment }))
    }
  })
  after(() => Promise.all([...providers.values()].map((provider) => provider.stop())))

  for (const { name, parameter, provider: which, pod, reads } of regionCases) {
    test(`is ${name}`, async () => {
      const provider = providers.get(which)
      assert.ok(provider !== undefined)
      const parameters = {
        ...(parameter === undefined ? {} : { region: parameter }),
        objects: objectsText({ objectName: 'here', objectType: 'secretsmanager' }),
      }
      const wish = { parameters, ...(pod === undefined ? {} : { pod }) }
      const { status, message, targetPath } = await mountAs(scene.emulator, provider, wish)
      if (typeof reads === 'string') {
        assert.equal(status, 'OK', message)
        assert.deepEqual(shown(readVolume(targetPath)), { here: `0644 ${reads}` })
      } else {
        assert.equal(status, 'FAILED_PRECONDITION')
        assert.match(message, reads)
      }
    })
  }
})

function sorted(record: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)))
}
