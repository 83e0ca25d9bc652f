import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { objectsText, type Scene, startScene, writeModes } from '../harness/scene.ts'

let scene: Scene

before(async () => {
  scene = await startScene({ world: examplesWorld() })
})
after(() => scene.stop())
beforeEach(() => scene.emulator.clearCalls())

interface Rule {
  readonly name: string
  /** YAML, or objects to be written as YAML; undefined leaves the parameter out. */
  readonly objects: string | readonly unknown[] | undefined
  readonly parameters?: Readonly<Record<string, string>>
  /** All of these, each in the one message. */
  readonly says: readonly RegExp[]
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
const secretArn = (region: string, name = 'db-AbCdEf', partition = 'aws') =>
  `arn:${partition}:secretsmanager:${region}:111122223333:secret:${name}`
const parameterArn = (region: string, name = '/db', partition = 'aws') =>
  `arn:${partition}:ssm:${region}:111122223333:parameter${name}`
const extract = (...jmesPath: readonly unknown[]) => [secret('db', { jmesPath })]
const twoRegions = { region: 'us-east-1', failoverRegion: 'us-east-2' }
const withFailover = (failoverObject: unknown, rest: object = {}) => [
  secret('db', { objectAlias: 'db', failoverObject, ...rest }),
]

const rules: readonly Rule[] = [
  // The list itself
  { name: 'objects missing', objects: undefined, says: [/objects/] },
  { name: 'objects empty', objects: '', says: [/objects/] },
  { name: 'objects a comment alone', objects: '# nothing\n', says: [/objects/] },
  { name: 'objects null', objects: '~', says: [/objects/] },
  { name: 'objects a text', objects: 'MySecret', says: [/objects/, /list/] },
  { name: 'objects a map', objects: 'objectName: MySecret', says: [/objects/, /list/] },
  {
    name: 'objects that is no YAML',
    objects: '- objectName: a\n  objectType: secretsmanager\n- objectName: "b\n',
    says: [/objects/, /line [34]/],
  },
  {
    name: 'an empty entry',
    objects: '- objectName: a\n  objectType: secretsmanager\n-\n',
    says: [/object 2/, /empty/],
  },
  { name: 'an entry that is a text', objects: ['MySecret'], says: [/object 1/] },
  { name: 'an entry that is a list', objects: [['MySecret']], says: [/object 1/] },
  { name: 'a bomb of aliases', objects: bomb(), says: [/objects/] },
  { name: 'a pit of brackets', objects: '['.repeat(5_000), says: [/objects/] },
  // Fields
  {
    name: 'objectName missing',
    objects: [{ objectType: 'secretsmanager' }],
    says: [/object 1/, /objectName/],
  },
  { name: 'objectName empty', objects: [secret('')], says: [/object 1/, /objectName/] },
  { name: 'objectName null', objects: '- objectName: ~\n  objectType: secretsmanager', says: [/objectName/] },
  { name: 'objectName a list', objects: [secret(['a'] as never)], says: [/object 1/, /objectName/] },
  {
    name: 'objectAlias a map',
    objects: [secret('db', { objectAlias: { a: 'b' } })],
    says: [/"db"/, /objectAlias/],
  },
  { name: 'objectType missing', objects: [{ objectName: 'db' }], says: [/"db"/, /objectType/] },
  { name: 'objectType null', objects: '- objectName: db\n  objectType:\n', says: [/"db"/, /objectType/] },
  {
    name: 'objectType unknown',
    objects: [{ objectName: 'db', objectType: 'vault' }],
    says: [/"db"/, /objectType/, /"vault"/],
  },
  {
    name: 'objectType in capitals',
    objects: [{ objectName: 'db', objectType: 'SecretsManager' }],
    says: [/objectType/, /"SecretsManager"/],
  },
  {
    name: 'objectType ssm',
    objects: [{ objectName: 'db', objectType: 'ssm' }],
    says: [/objectType/, /"ssm"/, /ssmparameter/],
  },
  {
    name: 'objectType of the other store than the ARN',
    objects: [parameter(secretArn('us-east-1'), { objectAlias: 'db' })],
    says: [/objectType/, /ssmparameter/, /secretsmanager/],
  },
  // ARNs
  {
    name: 'an ARN cut short',
    objects: [{ objectName: 'arn:aws:secretsmanager:us-east-1' }],
    says: [/objectName/, /ARN/],
  },
  {
    name: 'an ARN without a resource',
    objects: [{ objectName: 'arn:aws:ssm:us-east-1:111122223333:' }],
    says: [/objectName/, /ARN/],
  },
  {
    name: 'an ARN of S3',
    objects: [{ objectName: 'arn:aws:s3:::bucket/key', objectAlias: 'a' }],
    says: [/objectName/, /"s3"/],
  },
  {
    name: 'an ARN of KMS',
    objects: [{ objectName: 'arn:aws:kms:us-east-1:111122223333:key/a', objectAlias: 'a' }],
    says: [/"kms"/],
  },
  {
    name: 'a secret ARN of another region',
    objects: [{ objectName: secretArn('eu-west-1') }],
    says: [/objectName/, /"eu-west-1"/, /"us-east-1"/],
  },
  {
    name: 'a parameter ARN of another region',
    objects: [{ objectName: parameterArn('eu-west-1'), objectAlias: 'a' }],
    says: [/"eu-west-1"/, /"us-east-1"/],
  },
  ...(
    [
      ['aws-cn', 'cn-north-1', 'cn-northwest-1'],
      ['aws-us-gov', 'us-gov-west-1', 'us-gov-east-1'],
      ['aws-iso', 'us-iso-east-1', 'us-iso-west-1'],
      ['aws-iso-b', 'us-isob-east-1', 'us-isob-west-1'],
    ] as const
  ).map(([partition, region, other]) => ({
    name: `an ARN of another region of ${partition}`,
    objects: [{ objectName: secretArn(other, 'db-AbCdEf', partition) }],
    parameters: { region },
    says: [new RegExp(`"${other}"`), new RegExp(`"${region}"`)],
  })),
  // Versions and modes
  {
    name: 'objectVersion and objectVersionLabel of a parameter',
    objects: [parameter('/db', { objectVersion: '1', objectVersionLabel: 'current' })],
    says: [/"\/db"/, /objectVersion\b/, /objectVersionLabel/],
  },
  ...['644', '00644', '0888', 'rw-r', '0o644', '-644', ' 644', '064', '0x1f'].map((filePermission) => ({
    name: `filePermission ${JSON.stringify(filePermission)}`,
    objects: [secret('db', { filePermission })],
    says: [/"db"/, /filePermission/, new RegExp(JSON.stringify(filePermission).replaceAll('|', '\\|'))],
  })),
  {
    name: 'filePermission of three digits, unquoted',
    objects: '- {objectName: db, objectType: secretsmanager, filePermission: 644}',
    says: [/filePermission/, /"644"/],
  },
  {
    name: 'filePermission of an extract',
    objects: extract({ path: 'a', objectAlias: 'user', filePermission: '9999' }),
    says: [/"db"/, /jmesPath/, /"user"/, /filePermission/, /"9999"/],
  },
  // Extracts
  {
    name: 'an extract without path',
    objects: extract({ objectAlias: 'user' }),
    says: [/"db"/, /jmesPath/, /\bpath\b/],
  },
  {
    name: 'an extract without objectAlias',
    objects: extract({ path: 'a' }),
    says: [/"db"/, /jmesPath/, /objectAlias/],
  },
  {
    name: 'an extract that is empty',
    objects: '- objectName: db\n  objectType: secretsmanager\n  jmesPath:\n  -\n',
    says: [/"db"/, /jmesPath/],
  },
  { name: 'jmesPath a text', objects: [secret('db', { jmesPath: 'username' })], says: [/"db"/, /jmesPath/] },
  // Two regions
  {
    name: 'the failover region as primary',
    objects: [secret('db')],
    parameters: { failoverRegion: 'us-east-1' },
    says: [/failoverRegion/, /"us-east-1"/],
  },
  {
    name: 'a parameter ARN without failoverObject',
    objects: [{ objectName: parameterArn('us-east-1'), objectAlias: 'a' }],
    parameters: twoRegions,
    says: [/failoverObject/, /"us-east-2"/],
  },
  {
    name: 'failoverObject an empty list',
    objects: withFailover([]),
    parameters: twoRegions,
    says: [/"db"/, /failoverObject/, /0/],
  },
  {
    name: 'failoverObject a list of two',
    objects: withFailover([{ objectName: 'a' }, { objectName: 'b' }]),
    parameters: twoRegions,
    says: [/"db"/, /failoverObject/, /2/],
  },
  {
    name: 'failoverObject without objectName',
    objects: withFailover({ objectVersion: '1' }),
    parameters: twoRegions,
    says: [/"db"/, /failoverObject/, /objectName/],
  },
  {
    name: 'failoverObject a text',
    objects: withFailover('other'),
    parameters: twoRegions,
    says: [/"db"/, /failoverObject/],
  },
  {
    name: 'failoverObject without objectAlias',
    objects: [secret('db', { failoverObject: { objectName: 'other' } })],
    parameters: twoRegions,
    says: [/"db"/, /objectAlias/, /failoverObject/],
  },
  {
    name: 'failoverObject without failoverRegion',
    objects: withFailover({ objectName: 'other' }),
    says: [/"db"/, /failoverObject/, /failoverRegion/],
  },
  {
    name: 'failoverObject of the other store',
    objects: withFailover({ objectName: parameterArn('us-east-2') }),
    parameters: twoRegions,
    says: [/"db"/, /failoverObject/, /ssm/],
  },
  {
    name: 'failoverObject of the primary region',
    objects: withFailover({ objectName: secretArn('us-east-1') }),
    parameters: twoRegions,
    says: [/"db"/, /failoverObject/, /"us-east-2"/, /"us-east-1"/],
  },
  {
    name: 'failoverObject of another objectVersion',
    objects: withFailover({ objectName: 'other', objectVersion: '2' }, { objectVersion: '1' }),
    parameters: twoRegions,
    says: [/"db"/, /failoverObject/, /objectVersion/],
  },
  {
    name: 'failoverObject with an objectVersion that the object has not',
    objects: withFailover({ objectName: 'other', objectVersion: '2' }),
    parameters: twoRegions,
    says: [/failoverObject/, /objectVersion/],
  },
  {
    name: 'failoverObject with version and label of a parameter',
    objects: [
      parameter('/db', {
        objectAlias: 'db',
        failoverObject: { objectName: '/x', objectVersion: '1', objectVersionLabel: 'a' },
        objectVersion: '1',
      }),
    ],
    parameters: twoRegions,
    says: [/failoverObject/, /objectVersionLabel/],
  },
  {
    name: 'a name without objectType beside a failoverObject that is an ARN',
    objects: [
      { objectName: 'db', objectAlias: 'db', failoverObject: { objectName: secretArn('us-east-2') } },
    ],
    parameters: twoRegions,
    says: [/"db"/, /objectType/],
  },
  {
    name: 'a failoverObject that is a name beside an ARN without objectType',
    objects: [
      { objectName: secretArn('us-east-1'), objectAlias: 'db', failoverObject: { objectName: 'other' } },
    ],
    parameters: twoRegions,
    says: [/failoverObject/, /objectType/],
  },
  // Path translation
  {
    name: 'pathTranslation a slash',
    objects: [secret('a/b')],
    parameters: { pathTranslation: '/' },
    says: [/pathTranslation/, /"\/"/],
  },
  {
    name: 'pathTranslation of two characters',
    objects: [secret('a/b')],
    parameters: { pathTranslation: '__' },
    says: [/pathTranslation/, /"__"/],
  },
  {
    name: 'pathTranslation True',
    objects: [secret('a/b')],
    parameters: { pathTranslation: 'True' },
    says: [/pathTranslation/, /"True"/],
  },
  // One file twice
  { name: 'one object twice', objects: [secret('db'), secret('db')], says: [/duplicate/, /"db"/] },
  { name: 'one name in both stores', objects: [secret('db'), parameter('db')], says: [/duplicate/, /"db"/] },
  {
    name: 'two names that translate alike',
    objects: [secret('a/b'), secret('a_b')],
    says: [/duplicate/, /a_b/],
  },
  {
    name: 'an alias that is another name',
    objects: [secret('db'), secret('x', { objectAlias: 'db' })],
    says: [/duplicate/, /"db"/],
  },
  {
    name: 'one alias twice',
    objects: [secret('a', { objectAlias: 'x' }), secret('b', { objectAlias: 'x' })],
    says: [/duplicate/, /"x"/],
  },
  {
    name: 'an extract named like its object',
    objects: extract({ path: 'a', objectAlias: 'db' }),
    says: [/duplicate/, /"db"/],
  },
  {
    name: 'two extracts of one name',
    objects: extract({ path: 'a', objectAlias: 'x' }, { path: 'b', objectAlias: 'x' }),
    says: [/duplicate/, /"x"/],
  },
  {
    name: 'one parameter with two labels and no alias',
    objects: [parameter('/p', { objectVersionLabel: 'a' }), parameter('/p', { objectVersionLabel: 'b' })],
    says: [/duplicate/, /_p/],
  },
  {
    name: 'names that differ in a leading slash alone, untranslated',
    objects: [parameter('/p'), parameter('p')],
    parameters: { pathTranslation: 'False' },
    says: [/duplicate/, /"p"/],
  },
  // File names
  ...(
    [
      ['.', undefined],
      ['..', undefined],
      ['..data', undefined],
      ['..2024', undefined],
      ['/', 'False'],
      ['a//b', 'False'],
      ['a/', 'False'],
      ['./a', 'False'],
      ['a/./b', 'False'],
      ['a/../b', 'False'],
      ['../a', 'False'],
      ['/../a', 'False'],
      ['a/..', 'False'],
      ['../../etc/passwd', undefined],
      ['a\0b', undefined],
      ['x'.repeat(256), undefined],
      ['é'.repeat(128), undefined],
      [`${'x'.repeat(200)}/`.repeat(21).slice(0, -1), 'False'],
    ] as const
  ).flatMap(([name, pathTranslation]) => {
    const parameters = pathTranslation === undefined ? {} : { pathTranslation }
    const called = JSON.stringify(name).slice(0, 30)
    return [
      {
        name: `objectAlias ${called}${pathTranslation === undefined ? '' : ' untranslated'}`,
        objects: [secret('db', { objectAlias: name })],
        parameters,
        says: [/"db"/, /objectAlias/],
      },
      {
        name: `an extract's objectAlias ${called}${pathTranslation === undefined ? '' : ' untranslated'}`,
        objects: extract({ path: 'a', objectAlias: name }),
        parameters,
        says: [/"db"/, /jmesPath/, /objectAlias/],
      },
    ]
  }),
  { name: 'objectName ..', objects: [secret('..')], says: [/objectName/] },
  {
    name: 'a file where another has a directory',
    objects: [secret('a'), secret('a/b')],
    parameters: { pathTranslation: 'False' },
    says: [/"a"/, /directory/],
  },
  {
    name: 'a file where an extract has a directory',
    objects: [
      secret('db', { jmesPath: [{ path: 'x', objectAlias: 'a/b/c' }] }),
      secret('e', { objectAlias: 'a/b' }),
    ],
    parameters: { pathTranslation: 'False' },
    says: [/"a\/b"/, /directory/],
  },
]

for (const { name, objects, parameters = {}, says } of rules) {
  test(`${name} is refused before AWS is asked`, async () => {
    const text = typeof objects === 'string' || objects === undefined ? objects : objectsText(...objects)
    const given = { region: 'us-east-1', ...parameters, ...(text === undefined ? {} : { objects: text }) }
    for (const mode of writeModes) {
      const { status, message } = await scene.mount(mode, { parameters: given })
      assert.equal(status, 'INVALID_ARGUMENT', message)
      for (const each of says) assert.match(message, each)
      assert.ok(!message.includes('\n'), `one fault, one line: ${message}`)
      assert.deepEqual(awsCalls(), [])
    }
  })
}

test('all faults of the objects are told together, in their order', async () => {
  const objects = objectsText(
    secret('first', { filePermission: '9' }),
    { objectType: 'secretsmanager' },
    { objectName: 'third', objectType: 'vault' },
    secret('fourth', { jmesPath: [{ path: 'a' }, { objectAlias: 'b' }] }),
    secret('..'),
  )
  const { status, message } = await scene.mount('provider-written', {
    parameters: { region: 'us-east-1', objects },
  })
  assert.equal(status, 'INVALID_ARGUMENT')
  const lines = message.split('\n')
  const wanted = [
    /"first".*filePermission/,
    /object 2.*objectName/,
    /"third".*objectType/,
    /"fourth".*entry 1/,
    /"fourth".*entry 2/,
    /"\.\."/,
  ]
  assert.equal(lines.length, wanted.length, message)
  for (const [index, line] of lines.entries()) assert.match(line, wanted[index] ?? /^$/)
  assert.deepEqual(awsCalls(), [])
})

test('a fault of the request comes before those of the objects', async () => {
  const parameters = { region: 'not a region', objects: objectsText(secret('..')) }
  const { status, message } = await scene.mount('provider-written', { parameters })
  assert.equal(status, 'INVALID_ARGUMENT')
  assert.match(message, /^REGION_MALFORMED: .*\nFILE_NAME_UNUSABLE: .*objectName.*$/)
})

test('a missing service account hides no fault of the objects, and the fields that nothing reads are named last', async () => {
  const objects = objectsText(secret('db', { filePermission: '8', objectAlais: 'x' }))
  const { status, message } = await scene.mount('provider-written', {
    parameters: { region: 'us-east-1', objects, colour: 'red' },
    serviceAccount: 'nobody',
  })
  assert.equal(status, 'NOT_FOUND')
  const codes = message.split('\n').map((line) => /^[A-Z_]+/.exec(line)?.[0])
  assert.deepEqual(codes, [
    'SERVICE_ACCOUNT_NOT_FOUND',
    'FILE_PERMISSION_MALFORMED',
    'PARAMETER_UNKNOWN',
    'FIELD_UNKNOWN',
  ])
})

for (const parameter of ['failoverRegoin', 'FailoverRegion', 'failover-region']) {
  test(`a misspelt ${parameter} rejects the mount and says what is meant`, async () => {
    const parameters = { region: 'us-east-1', [parameter]: 'us-west-2', objects: objectsText(secret('db')) }
    const { status, message } = await scene.mount('provider-written', { parameters })
    assert.equal(status, 'INVALID_ARGUMENT')
    assert.equal(
      message,
      `PARAMETER_UNKNOWN: parameter "${parameter}" is unknown: did you mean failoverRegion?`,
    )
    assert.deepEqual(awsCalls(), [])
  })
}

test('a jmesPath that cannot be read, or can never be mounted, is told with all other rules', async () => {
  const jmesPath = [
    { path: 'a..b', objectAlias: 'x' },
    { path: '[a, b]', objectAlias: 'y' },
  ]
  const { status, message } = await scene.mount('provider-written', {
    parameters: {
      region: 'us-east-1',
      objects: objectsText(
        secret('db', { jmesPath }),
        { objectType: 'x' },
        {
          objectType: 'composed',
          objectAlias: 'url',
          parts: { user: secret('db', { jmesPath: 'a..b' }) },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of ours
          text: '${user}',
        },
      ),
    },
  })
  assert.equal(status, 'INVALID_ARGUMENT')
  const codes = message.split('\n').map((line) => /^[A-Z_]+/.exec(line)?.[0])
  assert.deepEqual(codes, [
    'EXTRACT_EXPRESSION_INVALID',
    'EXTRACT_NEVER_STRING',
    'OBJECT_NAME_MISSING',
    'EXTRACT_EXPRESSION_INVALID',
  ])
  assert.match(message, /"a\.\.b" for the part "user" of the file "url" /)
  assert.match(message, /"a\.\.b" for the file "x" .*\n.*"\[a, b\]" for the file "y" /)
  assert.deepEqual(awsCalls(), [])
})

test('the same faults are told in the same words at every try', async () => {
  const parameters = {
    region: 'us-east-1',
    objects: objectsText(secret('..'), secret('db', { filePermission: '8' })),
  }
  const first = await scene.mount('provider-written', { parameters })
  const again = await scene.mount('provider-written', { parameters })
  assert.equal(again.message, first.message)
})

function awsCalls(): readonly string[] {
  return Object.keys(scene.emulator.counters().calls).filter((call) => !/^(kubernetes|proxy) /.test(call))
}

/** Ten aliases, each ten times the one before: 10^10 entries once they are laid out. */
function bomb(): string {
  const lines = ['- &a0 {objectName: a, objectType: secretsmanager}']
  for (let index = 1; index <= 10; index += 1) {
    lines.push(
      `- &a${index} [${Array(10)
        .fill(`*a${index - 1}`)
        .join(', ')}]`,
    )
  }
  return lines.join('\n')
}
