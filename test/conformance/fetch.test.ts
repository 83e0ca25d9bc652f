import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { World } from '../emulator/world.ts'
import { secretVersion } from '../fixtures/example-volumes.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { isUntouched, newTarget, readVolume } from '../harness/driver.ts'
import { giveRole } from '../harness/give-role.ts'
import { objectsText, type Scene, shown, startScene, writeModes } from '../harness/scene.ts'

const bytes = Buffer.from([0, 1, 2, 0xff, 0xfe, 0x0a, 0x80])
const older = '11111111-1111-4111-8111-111111111111'
const newer = '22222222-2222-4222-8222-222222222222'
const parameterArn = 'arn:aws:ssm:us-east-1:111122223333:parameter/p'
const numbers = Array.from({ length: 23 }, (_, index) => String(index).padStart(2, '0'))
const secretText = 'hunter2-not-json'
const doc = {
  text: 'words',
  empty: '',
  number: 7,
  yes: true,
  nothing: null,
  list: ['top-secret-entry'],
  map: { inner: 'deep' },
  hasOwnProperty: 'own',
  constructor: 'built',
  'with-dash': 'dashed',
}
const docText = JSON.stringify(doc).replace('{', '{"__proto__":"proto",')

let scene: Scene

before(async () => {
  scene = await startScene({ world: world() })
})
after(() => scene.stop())
beforeEach(() => scene.emulator.clearCalls())

function world(): World {
  return {
    ...examplesWorld(),
    regions: {
      'us-east-1': {
        secrets: {
          ...Object.fromEntries(numbers.map((number) => [`s/${number}`, { string: `secret ${number}` }])),
          plain: { string: secretText },
          empty: { string: '' },
          bytes: { binary: bytes.toString('base64') },
          doc: { string: docText },
          versions: {
            versions: {
              [older]: { string: 'older', stages: ['AWSPREVIOUS'] },
              [newer]: { string: 'newer', stages: ['AWSCURRENT', 'green'] },
            },
          },
          deleted: { string: 'x', deleted: true },
          locked: { string: 'x', keyUnusable: true },
        },
        parameters: {
          ...Object.fromEntries(numbers.map((number) => [`/n/${number}`, { value: `parameter ${number}` }])),
          '/p': {
            type: 'SecureString',
            versions: {
              '1': { value: 'one', labels: ['old'] },
              '2': { value: 'two', labels: ['new', 'newest'] },
              '3': { value: 'three' },
            },
          },
          plain: { value: 'p' },
          '/list': { type: 'StringList', value: 'a,b,c' },
          '/doc': { value: docText },
        },
      },
    },
  }
}

const secret = (objectName: string, rest: object = {}) => ({
  objectName,
  objectType: 'secretsmanager',
  ...rest,
})
const parameter = (objectName: string, rest: object = {}) => ({
  objectName,
  objectType: 'ssmparameter',
  ...rest,
})
const wish = (...objects: readonly unknown[]) => ({
  parameters: { region: 'us-east-1', objects: objectsText(...objects) },
})

interface Fetching {
  readonly name: string
  readonly objects: readonly unknown[]
  /** Text and version by file name. */
  readonly mounts: Readonly<Record<string, readonly [text: string, version: string]>>
  /** How many calls of the two stores. */
  readonly calls: readonly [secrets: number, parameters: number]
}

const fetchings: readonly Fetching[] = [
  {
    name: 'a secret’s current version',
    objects: [secret('versions')],
    mounts: { versions: ['newer', newer] },
    calls: [1, 0],
  },
  {
    name: 'secrets by version, by stage and by both',
    objects: [
      secret('versions', { objectVersion: older, objectAlias: 'id' }),
      secret('versions', { objectVersionLabel: 'green', objectAlias: 'stage' }),
      secret('versions', { objectVersion: newer, objectVersionLabel: 'green', objectAlias: 'both' }),
    ],
    mounts: { id: ['older', older], stage: ['newer', newer], both: ['newer', newer] },
    calls: [3, 0],
  },
  {
    name: 'one secret under two names, asked for once',
    objects: [secret('plain', { objectAlias: 'a' }), secret('plain', { objectAlias: 'b' })],
    mounts: {
      a: [secretText, secretVersion('plain', secretText)],
      b: [secretText, secretVersion('plain', secretText)],
    },
    calls: [1, 0],
  },
  {
    name: 'an empty secret',
    objects: [secret('empty')],
    mounts: { empty: ['', secretVersion('empty', '')] },
    calls: [1, 0],
  },
  {
    name: 'a secure parameter, decrypted',
    objects: [parameter('/p')],
    mounts: { _p: ['three', '3'] },
    calls: [0, 1],
  },
  {
    name: 'a list parameter as AWS gives it',
    objects: [parameter('/list')],
    mounts: { _list: ['a,b,c', '1'] },
    calls: [0, 1],
  },
  {
    name: 'three versions, two labels, name and ARN of one parameter in one mount',
    objects: [
      parameter('/p', { objectAlias: 'latest' }),
      parameter('/p', { objectVersion: '1', objectAlias: 'v1' }),
      parameter('/p', { objectVersion: '2', objectAlias: 'v2' }),
      parameter('/p', { objectVersionLabel: 'new', objectAlias: 'new' }),
      parameter('/p', { objectVersionLabel: 'newest', objectAlias: 'newest' }),
      { objectName: parameterArn, objectAlias: 'by-arn' },
      { objectName: parameterArn, objectVersion: '1', objectAlias: 'arn-v1' },
      parameter('/p', { objectAlias: 'latest-again' }),
    ],
    mounts: {
      latest: ['three', '3'],
      v1: ['one', '1'],
      v2: ['two', '2'],
      new: ['two', '2'],
      newest: ['two', '2'],
      'by-arn': ['three', '3'],
      'arn-v1': ['one', '1'],
      'latest-again': ['three', '3'],
    },
    // The ARN may be of another account: in a call of its own.
    calls: [0, 2],
  },
  {
    name: 'names that carry their selector',
    objects: [
      parameter('/p:1', { objectAlias: 'v1' }),
      parameter('/p:new', { objectAlias: 'new' }),
      { objectName: `${parameterArn}:2`, objectAlias: 'arn-v2' },
      { objectName: `${parameterArn}:old`, objectAlias: 'arn-old' },
    ],
    mounts: { v1: ['one', '1'], new: ['two', '2'], 'arn-v2': ['two', '2'], 'arn-old': ['one', '1'] },
    calls: [0, 1],
  },
  {
    name: 'parameters beyond the ten of one call',
    objects: numbers.map((number) => parameter(`/n/${number}`)),
    mounts: Object.fromEntries(
      numbers.map((number) => [`_n_${number}`, [`parameter ${number}`, '1'] as const]),
    ),
    calls: [0, 3],
  },
  {
    name: 'both stores at once',
    objects: [secret('plain'), parameter('plain', { objectAlias: 'other' }), parameter('/p')],
    mounts: {
      plain: [secretText, secretVersion('plain', secretText)],
      other: ['p', '1'],
      _p: ['three', '3'],
    },
    calls: [1, 1],
  },
]

for (const { name, objects, mounts, calls } of fetchings) {
  test(`${name}`, async () => {
    for (const mode of writeModes) {
      scene.emulator.clearCalls()
      const { status, message, volume, objectVersions } = await scene.mount(mode, wish(...objects))
      assert.equal(status, 'OK', message)
      const texts = Object.entries(mounts).map(([path, [text]]) => [path, `0644 ${text}`] as const)
      assert.deepEqual(shown(volume), Object.fromEntries(texts.toSorted(([a], [b]) => (a < b ? -1 : 1))))
      const versions = Object.entries(mounts).map(([path, [, version]]) => [path, version])
      assert.deepEqual(objectVersions, Object.fromEntries(versions))
      assert.deepEqual([callsOf('secretsmanager').length, callsOf('ssm').length], calls)
      for (const { names } of callsOf('ssm')) {
        assert.ok(names.length <= 10, `${names.length} names in one call`)
        assert.equal(new Set(names).size, names.length, 'no name twice in one call')
      }
    }
  })
}

test('a binary secret is mounted as its bytes', async () => {
  for (const mode of writeModes) {
    const { volume } = await scene.mount(mode, wish(secret('bytes')))
    assert.deepEqual(volume.get('bytes')?.content, bytes)
  }
})

test('the secrets of a mount are asked for at once', async () => {
  scene.emulator.setLatency({ services: { secretsmanager: 1_000, ssm: 1_000 } })
  try {
    const some = numbers.slice(0, 10)
    const objects = [
      ...some.map((number) => secret(`s/${number}`)),
      ...numbers.map((n) => parameter(`/n/${n}`)),
    ]
    const { status, message } = await scene.mount('provider-written', wish(...objects))
    assert.equal(status, 'OK', message)
    const { peak } = scene.emulator.counters()
    assert.deepEqual([peak.secretsmanager, peak.ssm], [some.length, 3])
  } finally {
    scene.emulator.setLatency({})
  }
})

test('nothing is written until all has arrived', async () => {
  const provider = scene.providers['provider-written']
  const targetPath = newTarget(provider)
  const id = scene.emulator.addFault({
    when: { service: 'secretsmanager', name: 's/01' },
    effect: { do: 'delay', milliseconds: 700 },
  })
  try {
    const mounted = scene.mount('provider-written', { ...wish(secret('s/00'), secret('s/01')), targetPath })
    while (!callsOf('secretsmanager').some(({ names, status }) => names[0] === 's/00' && status === 200)) {
      await sleep(10)
    }
    await sleep(100)
    assert.ok(isUntouched(targetPath))
    assert.equal((await mounted).status, 'OK')
    assert.equal(readVolume(targetPath).size, 2)
  } finally {
    scene.emulator.clearFaults(id)
  }
})

test('a mount that fails leaves what is on disk as it was', async () => {
  const { targetPath } = await scene.mount('provider-written', wish(secret('versions'), secret('plain')))
  scene.emulator.rotate({ region: 'us-east-1', secret: 'versions', string: 'newest' })
  const failed = await scene.mount('provider-written', {
    ...wish(secret('versions'), secret('plain'), secret('gone')),
    targetPath,
  })
  assert.equal(failed.status, 'NOT_FOUND')
  assert.deepEqual(shown(readVolume(targetPath)), { plain: `0644 ${secretText}`, versions: '0644 newer' })
  const healed = await scene.mount('provider-written', { ...wish(secret('versions')), targetPath })
  assert.deepEqual(shown(healed.volume), { versions: '0644 newest' })
})

interface Failing {
  readonly name: string
  readonly objects: readonly unknown[]
  readonly status: string
  /** One for each line of the message. */
  readonly says: readonly RegExp[]
}

const failings: readonly Failing[] = [
  {
    name: 'all that is missing, of both stores, in the order of the objects',
    objects: [
      parameter('/missing/a'),
      secret('missing-b'),
      secret('plain'),
      parameter('/missing/c:7', { objectAlias: 'c' }),
      secret('missing-d'),
    ],
    status: 'NOT_FOUND',
    says: [
      /us-east-1.*"\/missing\/a"/,
      /us-east-1.*"missing-b".*ResourceNotFoundException/,
      /us-east-1.*"\/missing\/c:7"/,
      /us-east-1.*"missing-d".*ResourceNotFoundException/,
    ],
  },
  {
    name: 'invalid parameters of several calls',
    objects: [...numbers.map((number) => parameter(`/gone/${number}`))],
    status: 'NOT_FOUND',
    says: numbers.map((number) => new RegExp(`us-east-1.*"/gone/${number}"`)),
  },
  {
    name: 'a version that is not there',
    objects: [secret('versions', { objectVersion: '9'.repeat(36) })],
    status: 'NOT_FOUND',
    says: [/"versions".*ResourceNotFoundException/],
  },
  {
    name: 'a stage that is not there',
    objects: [secret('versions', { objectVersionLabel: 'blue' })],
    status: 'NOT_FOUND',
    says: [/"versions".*ResourceNotFoundException.*blue/],
  },
  {
    name: 'a version that has not the stage',
    objects: [secret('versions', { objectVersion: older, objectVersionLabel: 'green' })],
    status: 'FAILED_PRECONDITION',
    says: [/"versions".*InvalidRequestException/],
  },
  {
    name: 'a version id that is too short',
    objects: [secret('versions', { objectVersion: '1' })],
    status: 'FAILED_PRECONDITION',
    says: [/"versions".*ValidationException/],
  },
  {
    name: 'a parameter version that is not there',
    objects: [parameter('/p', { objectVersion: '9' })],
    status: 'NOT_FOUND',
    says: [/"\/p/],
  },
  {
    name: 'a parameter label that is not there',
    objects: [parameter('/p', { objectVersionLabel: 'blue' })],
    status: 'NOT_FOUND',
    says: [/"\/p/],
  },
  {
    name: 'a secret marked for deletion',
    objects: [secret('deleted')],
    status: 'FAILED_PRECONDITION',
    says: [/"deleted".*InvalidRequestException.*deletion/],
  },
  {
    name: 'a secret whose key cannot be used',
    objects: [secret('locked')],
    status: 'FAILED_PRECONDITION',
    says: [/"locked".*DecryptionFailure/],
  },
]

for (const { name, objects, status: expected, says } of failings) {
  test(`${name}: told in full, and in the same words at every try`, async () => {
    const texts = new Set<string>()
    for (const mode of [...writeModes, ...writeModes]) {
      const { status, message } = await scene.mount(mode, wish(...objects))
      assert.equal(status, expected, message)
      texts.add(message)
      const lines = message.split('\n')
      assert.equal(lines.length, says.length, message)
      for (const [index, line] of lines.entries()) assert.match(line, says[index] ?? /^$/)
    }
    assert.equal(texts.size, 1, [...texts].join('\n\n'))
  })
}

test('a refusal names action and role, and neither session nor value', async () => {
  giveRole(scene.emulator, 'refused', { allow: [{ secrets: ['versions'], parameters: ['/none'] }] })
  const texts = new Set<string>()
  for (const mode of [...writeModes, ...writeModes]) {
    const { status, message } = await scene.mount(mode, {
      ...wish(secret('plain'), parameter('/p')),
      serviceAccount: 'refused',
    })
    assert.equal(status, 'PERMISSION_DENIED')
    texts.add(message)
  }
  const [message = ''] = texts
  assert.equal(texts.size, 1)
  const [first = '', second = ''] = message.split('\n')
  assert.match(
    first,
    /us-east-1.*"plain".*AccessDeniedException.*secretsmanager:GetSecretValue.*role\/refused/,
  )
  assert.match(second, /us-east-1.*"\/p".*AccessDeniedException.*ssm:GetParameters.*role\/refused/)
  assert.doesNotMatch(message, /default@refused|hunter2/)
})

test('once one object is lost, those that still retry get a moment and no more', async () => {
  const id = scene.emulator.addFault({
    when: { service: 'secretsmanager', name: 's/02' },
    effect: { do: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
  })
  try {
    const { status, message, ms } = await scene.mount(
      'provider-written',
      wish(secret('s/02'), secret('gone')),
    )
    assert.equal(status, 'INTERNAL')
    assert.match(message, /"s\/02".*ThrottlingException/)
    assert.match(message, /"gone".*ResourceNotFoundException/)
    // Alone the throttled one would be tried for 30 s.
    assert.ok(ms < 15_000, `${ms} ms`)
  } finally {
    scene.emulator.clearFaults(id)
  }
})

test('equal reads in flight are shared by the mounts of one identity, and kept by none', async () => {
  giveRole(scene.emulator, 'sharing')
  await scene.mount('provider-written', { ...wish(secret('empty')), serviceAccount: 'sharing' })
  scene.emulator.clearCalls()
  scene.emulator.setLatency({ services: { secretsmanager: 800 } })
  try {
    const mounts = Array.from({ length: 6 }, () =>
      scene.mount('provider-written', { ...wish(secret('plain'), secret('doc')), serviceAccount: 'sharing' }),
    )
    for (const { status } of await Promise.all(mounts)) assert.equal(status, 'OK')
    assert.deepEqual(
      callsOf('secretsmanager')
        .map(({ names }) => names[0])
        .toSorted(),
      ['doc', 'plain'],
    )
  } finally {
    scene.emulator.setLatency({})
  }
  scene.emulator.clearCalls()
  await scene.mount('provider-written', { ...wish(secret('plain')), serviceAccount: 'sharing' })
  assert.equal(callsOf('secretsmanager').length, 1)
})

for (const others of [0, 1]) {
  test(`a mount that comes while another waits reads anew what that one has read by then, or ${others} of another class for it`, async () => {
    const serviceAccount = `late-${others}`
    giveRole(scene.emulator, serviceAccount)
    await scene.mount('provider-written', { ...wish(secret('empty')), serviceAccount })
    const turn = (string: string) =>
      scene.emulator.mergeWorld({ regions: { 'us-east-1': { secrets: { turning: { string } } } } })
    turn('before')
    const hang = { when: { service: 'secretsmanager', name: 's/02' }, effect: { do: 'hang' } } as const
    const id = scene.emulator.addFault(hang)
    const mount = (...more: readonly ReturnType<typeof secret>[]) =>
      scene.mount('provider-written', { ...wish(secret('turning'), ...more), serviceAccount })
    scene.emulator.setLatency({ services: { secretsmanager: 300 } })
    const starters = Array.from({ length: others }, () => mount())
    if (others > 0) await sleep(100)
    const first = mount(secret('s/02'))
    // By then the answer is there.
    await sleep(800)
    scene.emulator.setLatency({})
    turn('after')
    const second = mount(secret('s/02'))
    await sleep(300)
    scene.emulator.clearFaults(id)
    const ends = await Promise.all([...starters, first, second])
    assert.deepEqual(
      ends.map(({ volume }) => volume.get('turning')?.content.toString()),
      [...starters.map(() => 'before'), 'before', 'after'],
    )
  })
}

test('equal reads in flight are never shared across identities', async () => {
  const accounts = ['apart-1', 'apart-2', 'apart-3']
  for (const serviceAccount of accounts) {
    giveRole(scene.emulator, serviceAccount, serviceAccount === 'apart-3' ? { deny: [{}] } : {})
    await scene.mount('provider-written', { ...wish(secret('empty')), serviceAccount })
  }
  scene.emulator.clearCalls()
  scene.emulator.setLatency({ services: { secretsmanager: 500 } })
  try {
    const ends = await Promise.all(
      accounts.map((serviceAccount) =>
        scene.mount('provider-written', { ...wish(secret('plain')), serviceAccount }),
      ),
    )
    assert.deepEqual(
      ends.map(({ status }) => status),
      ['OK', 'OK', 'PERMISSION_DENIED'],
    )
    assert.equal(new Set(callsOf('secretsmanager').map(({ role }) => role)).size, 3)
  } finally {
    scene.emulator.setLatency({})
  }
})

const extractions: readonly (readonly [path: string, text: string])[] = [
  ['text', 'words'],
  ['empty', ''],
  ['map.inner', 'deep'],
  ['"with-dash"', 'dashed'],
  ['hasOwnProperty', 'own'],
  ['constructor', 'built'],
  ['__proto__', 'proto'],
  ['list[0]', 'top-secret-entry'],
  ['list[-1]', 'top-secret-entry'],
  ['number', '7'],
  ['yes', 'true'],
  ['to_string(number)', '7'],
  ['missing || text', 'words'],
  ["join('-', [text, map.inner])", 'words-deep'],
  ['map | inner', 'deep'],
  ['map.*|[0]', 'deep'],
  ["'literal'", 'literal'],
  ['`"json"`', 'json'],
]

test('jmesPath gives what the specification says, beside the whole', async () => {
  const jmesPath = extractions.map(([path], index) => ({ path, objectAlias: `x${index}` }))
  const version = secretVersion('doc', docText)
  for (const mode of writeModes) {
    const { status, message, volume, objectVersions } = await scene.mount(
      mode,
      wish(secret('doc', { jmesPath })),
    )
    assert.equal(status, 'OK', message)
    assert.equal(volume.get('doc')?.content.toString(), docText)
    for (const [index, [path, text]] of extractions.entries()) {
      assert.equal(volume.get(`x${index}`)?.content.toString(), text, path)
      assert.equal(objectVersions[`x${index}`], version)
    }
  }
})

test('jmesPath reads a parameter too', async () => {
  const jmesPath = [{ path: 'map.inner', objectAlias: 'inner' }]
  const { volume } = await scene.mount('driver-written', wish(parameter('/doc', { jmesPath })))
  assert.equal(volume.get('inner')?.content.toString(), 'deep')
})

const badExtractions: readonly (readonly [name: string, objectName: string, path: string])[] = [
  ['a key that is missing', 'doc', 'absent'],
  ['null', 'doc', 'nothing'],
  ['a list', 'doc', 'list'],
  ['a map', 'doc', 'map'],
  ['a prototype’s method', 'doc', 'toString'],
  ['a prototype’s method below', 'doc', 'map.hasOwnProperty'],
  ['an expression cut short', 'doc', 'map.'],
  ['an expression of nonsense', 'doc', '][}{'],
  ['a function that does not exist', 'doc', 'no_such(text)'],
  ['a function’s wrong argument', 'doc', 'length(number)'],
  ['a function without its argument', 'doc', 'length()'],
  ['a value that is not JSON', 'plain', 'text'],
  ['a value of bytes', 'bytes', 'text'],
  ['an empty value', 'empty', 'text'],
  ['an expression of ten thousand brackets', 'doc', `${'('.repeat(10_000)}text${')'.repeat(10_000)}`],
  ['an expression of ten thousand steps', 'doc', `text${' || text'.repeat(10_000)} && number`],
  ['an expression that multiplies', 'doc', `[*${', *'.repeat(50)}]${'.[@, @]'.repeat(40)}`],
]

for (const [name, objectName, path] of badExtractions) {
  test(`jmesPath: ${name} is an error that names path and object, never the value`, async () => {
    for (const mode of writeModes) {
      const jmesPath = [{ path, objectAlias: 'x' }]
      const { status, message } = await scene.mount(mode, wish(secret(objectName, { jmesPath })))
      assert.equal(status, 'INVALID_ARGUMENT', message.slice(0, 500))
      assert.ok(message.includes(`"${objectName}"`), message.slice(0, 500))
      assert.ok(message.includes(JSON.stringify(path).slice(0, 20)), message.slice(0, 500))
      assert.doesNotMatch(message, /hunter2|top-secret|words|deep\b/)
    }
  })
}

test('all failing extracts of a mount are told together', async () => {
  const jmesPath = [
    { path: 'absent', objectAlias: 'a' },
    { path: 'text', objectAlias: 'b' },
    { path: 'list', objectAlias: 'c' },
  ]
  const { message } = await scene.mount(
    'provider-written',
    wish(secret('doc', { jmesPath }), secret('plain', { jmesPath: [{ path: 'k', objectAlias: 'd' }] })),
  )
  const lines = message.split('\n')
  assert.equal(lines.length, 3, message)
  assert.match(lines[0] ?? '', /"doc".*"absent"/)
  assert.match(lines[1] ?? '', /"doc".*"list"/)
  assert.match(lines[2] ?? '', /"plain".*"k"/)
})

test('a missing secret hides no fault of the extracts of another, and a misspelt field is named', async () => {
  const jmesPath = [{ path: 'absent', objectAlias: 'a' }]
  const { status, message } = await scene.mount(
    'provider-written',
    wish(
      secret('doc', { jmesPath }),
      secret('gone', { objectVersoin: '1' }),
      secret('plain', { jmesPath: [{ path: 'k', objectAlias: 'd' }] }),
    ),
  )
  assert.equal(status, 'INVALID_ARGUMENT')
  const lines = message.split('\n')
  assert.match(lines[0] ?? '', /^EXTRACT_NOT_STRING: .*"doc".*"absent"/)
  assert.match(lines[1] ?? '', /^OBJECT_NOT_FOUND: .*"gone"/)
  assert.match(lines[2] ?? '', /^EXTRACT_NOT_JSON: .*"plain"/)
  assert.match(lines[3] ?? '', /^FIELD_UNKNOWN: .*"objectVersoin".*did you mean objectVersion\?/)
  assert.equal(lines.length, 4, message)
})

test('no value of all these mounts is in any log', () => {
  for (const provider of Object.values(scene.providers)) {
    assert.doesNotMatch(provider.log(), /hunter2|top-secret-entry|secret 0\d|parameter 0\d/)
  }
})

function callsOf(service: 'secretsmanager' | 'ssm') {
  return scene.emulator.calls({ service })
}
