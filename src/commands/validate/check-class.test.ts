import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readClassFile } from '../../class-file/read-class-file.ts'
import { checkClass } from './check-class.ts'
import type { Diagnostic } from './diagnostic.ts'

function check(text: string, region?: string): readonly Diagnostic[] {
  const { classes, faults } = readClassFile({ file: 'f', text })
  assert.deepEqual(faults, [])
  return classes.flatMap((each) => checkClass(each, region === undefined ? {} : { region }))
}

function classText(parameters: string, spec = ''): string {
  return `apiVersion: secrets-store.csi.x-k8s.io/v1
kind: SecretProviderClass
metadata:
  name: app
spec:
  provider: aws
${spec.replace(/^(?=.)/gm, '  ')}  parameters:
${parameters.replace(/^(?=.)/gm, '    ')}`
}

function shortly({ line, column, severity, code }: Diagnostic): string {
  return `${line}:${column} ${severity} ${code}`
}

const one = 'objects: |\n  - {objectName: db, objectType: secretsmanager}\n'
const role = 'arn:aws:iam::444455556666:role/shop'
const arn = (region: string) => `arn:aws:secretsmanager:${region}:111122223333:secret:a-AbCdEf`

/** Lines 1 to 7 are the head of the class: the parameters begin at line 8. */
const rows: readonly (readonly [title: string, text: string, expected: readonly string[]])[] = [
  ['a good class', classText(one), []],
  [
    'a field near a known one',
    classText('objects: |\n  - objectName: db\n    objectTyp: x\n    objectType: secretsmanager\n'),
    ['10:9 warning FIELD_UNKNOWN'],
  ],
  [
    'a field in two spellings',
    classText('objects: |\n  - objectName: db\n    ObjectName: x\n    objectType: secretsmanager\n'),
    ['10:9 warning REPEATED_FIELD'],
  ],
  ['a misspelt parameter', classText(`regoin: x\n${one}`), ['8:5 error PARAMETER_UNKNOWN']],
  [
    'a failoverRegion that cannot be read, and no second fault of it',
    classText(`region: eu-west-1\nfailoverRegion: eu-west-2 (London)\n${one}`),
    ['9:21 error REGION_MALFORMED'],
  ],
  [
    'a provider in quotes of its own',
    classText(one).replace('provider: aws', `provider: '"aws"'`),
    ['6:13 warning PROVIDER_MISSPELT'],
  ],
  [
    'a provider in curly quotes',
    classText(one).replace('provider: aws', 'provider: “aws”'),
    ['6:13 warning PROVIDER_MISSPELT'],
  ],
  ['an unknown parameter', classText(`colour: x\n${one}`), ['8:5 warning PARAMETER_UNKNOWN']],
  ['an unknown field of spec', classText(one, 'secretObject: []\n'), ['7:3 warning FIELD_UNKNOWN']],
  [
    'a parameter that is no text',
    classText(`usePodIdentity: true\n${one}`),
    ['8:5 error PARAMETER_NOT_TEXT'],
  ],
  ['objects that are no text', classText('objects:\n  - objectName: db\n'), ['8:5 error PARAMETER_NOT_TEXT']],
  ['no objects', classText('region: us-east-1\n'), ['7:3 error OBJECTS_MISSING']],
  ['empty objects', classText('objects: ""\n'), ['8:5 error OBJECTS_MISSING']],
  [
    'an owner of the class that is a name',
    classText(`fileOwner: "till"\n${one}`),
    ['8:16 error FILE_OWNER_MALFORMED'],
  ],
  ['a parameter that is malformed', classText(`region: "nowhere"\n${one}`), ['8:13 error REGION_MALFORMED']],
  [
    'batchReads that is no boolean',
    classText(`batchReads: "yes"\n${one}`),
    ['8:17 error BATCH_READS_MALFORMED'],
  ],
  ['batchReads that is misspelt', classText(`batchRead: "true"\n${one}`), ['8:5 error PARAMETER_UNKNOWN']],
  [
    'a query, whatever it is called',
    classText(
      'objects: |\n  - {objectName: "all of app/*", objectType: secretsmanagerquery, filters: [{Key: name, Values: [app/]}]}\n',
    ),
    [],
  ],
  [
    'filters with all that can be wrong with them',
    classText(
      'objects: |\n  - objectType: secretsmanagerquery\n    filters:\n    - key: tagkey\n      values: ["a*"]\n    - {values: [a]}\n    - {key: name, valus: [a]}\n',
    ),
    [
      '11:16 error FIELD_VALUE_UNKNOWN',
      '12:20 error FILTER_INVALID',
      '13:11 error FILTER_INVALID',
      '14:11 error FILTER_INVALID',
      '14:23 warning FIELD_UNKNOWN',
    ],
  ],
  [
    'a query without filters',
    classText('objects: |\n  - objectType: secretsmanagerquery\n    filter: [{key: name, values: [a]}]\n'),
    ['9:21 error FIELD_NEEDS_FIELD', '10:9 warning FIELD_UNKNOWN'],
  ],
  [
    'fields that need or exclude others, each at its own place',
    classText(
      'objects: |\n  - objectName: db\n    objectType: secretsmanager\n    text: x\n    decodeFirst: true\n    jmesPath:\n      - path: a\n        objectAlias: b\n        section: c\n',
    ),
    ['11:15 error FIELD_NEEDS_FIELD', '12:22 error FIELD_NEEDS_FIELD', '16:22 error FIELD_NEEDS_FIELD'],
  ],
  [
    'a format with too little, and with what it excludes',
    classText(
      'objects: |\n  - objectName: db\n    objectType: secretsmanager\n    expandKeys: {mountWhole: true}\n    objectFormat: dotenv\n    jmesPath:\n      - {path: a, objectAlias: b, format: json, objectEncoding: hex}\n',
    ),
    ['12:23 error FIELD_NEEDS_FIELD', '12:23 error FIELDS_EXCLUDE', '14:69 error FIELDS_EXCLUDE'],
  ],
  [
    'a composed file with too little, and with what it excludes',
    classText(
      'objects: |\n  - objectAlias: db\n    objectType: composed\n    objectName: db\n    text: x\n    json: {a: b}\n',
    ),
    ['10:21 error FIELD_NEEDS_FIELD', '11:21 error FIELDS_EXCLUDE', '13:15 error FIELDS_EXCLUDE'],
  ],
  [
    'pathTranslation that is too long',
    classText(`pathTranslation: "ab"\n${one}`),
    ['8:22 error PATH_TRANSLATION_MALFORMED'],
  ],
  [
    'both regions the same',
    classText(`region: us-east-1\nfailoverRegion: us-east-1\n${one}`),
    ['9:21 error FAILOVER_REGION_SAME'],
  ],
  [
    'failoverRegion without region',
    classText(`failoverRegion: us-east-1\n${one}`),
    ['8:5 warning FAILOVER_WITHOUT_REGION'],
  ],
  [
    'a role to assume, with all that goes with it',
    classText(
      `assumeRoleArn: ${role}\nassumeRoleExternalId: an-id\nassumeRoleDurationSeconds: "900"\n${one}`,
    ),
    [],
  ],
  [
    'a parameter that looks like a role to assume',
    classText(`AssumeRoleArn: ${role}\nassumeRoleId: x\n${one}`),
    ['8:5 error ASSUME_ROLE_PARAMETER_UNKNOWN', '9:5 error ASSUME_ROLE_PARAMETER_UNKNOWN'],
  ],
  [
    'a role to assume that is none',
    classText(`assumeRoleArn: arn:aws:iam::1:role/x\nassumeRoleDurationSeconds: "7200"\n${one}`),
    ['8:20 error ASSUME_ROLE_ARN_MALFORMED', '9:32 error ASSUME_ROLE_DURATION_MALFORMED'],
  ],
  [
    'an external id and a duration without a role to assume',
    classText(`assumeRoleExternalId: an-id\nassumeRoleDurationSeconds: "900"\n${one}`),
    ['8:5 error ASSUME_ROLE_ARN_MISSING', '9:5 error ASSUME_ROLE_ARN_MISSING'],
  ],
  [
    'ARNs of another account than the role to assume',
    classText(
      `assumeRoleArn: ${role}\nregion: us-east-1\nfailoverRegion: us-west-2\nobjects: |\n  - {objectName: '${arn('us-east-1')}', objectAlias: x, failoverObject: {objectName: '${arn('us-west-2')}'}}\n  - {objectName: '${arn('us-east-1').replace('111122223333', '444455556666')}', objectAlias: y}\n`,
    ),
    ['12:22 warning OBJECT_OF_OTHER_ACCOUNT', '12:132 warning OBJECT_OF_OTHER_ACCOUNT'],
  ],
  [
    'a part of another account than the role to assume',
    classText(
      `assumeRoleArn: ${role}\nregion: us-east-1\nobjects: |\n  - {objectType: composed, objectAlias: c, text: '$${'{p}'}', parts: {p: {objectName: '${arn('us-east-1')}'}}}\n`,
    ),
    ['11:86 warning OBJECT_OF_OTHER_ACCOUNT'],
  ],
  [
    'a role and regions of several partitions',
    classText(
      `region: cn-north-1\nfailoverRegion: cn-northwest-1\nassumeRoleArn: ${role}\nobjects: |\n  - {objectName: a, objectType: secretsmanager}\n`,
    ),
    ['10:20 warning PARTITIONS_DIFFER'],
  ],
  [
    'patterns that match nothing below their path',
    classText(
      'region: us-east-1\nobjects: |\n  - {objectName: /app/, objectType: ssmparameterpath, include: ["db/*", "/app/*", "*x", "/ap*", "/other/x"], exclude: [/app]}\n',
    ),
    [
      '10:69 warning PATTERN_MATCHES_NOTHING',
      '10:101 warning PATTERN_MATCHES_NOTHING',
      '10:124 warning PATTERN_MATCHES_NOTHING',
    ],
  ],
  [
    'a region of an object that is not there',
    classText(
      'region: us-east-1\nobjects: |\n  - {objectName: /a, objectType: ssmparameterpath, objectRegion: eu-west-9}\n',
    ),
    ['10:70 warning REGION_UNKNOWN'],
  ],
  [
    'an address type that is none',
    classText(`preferredAddressType: v6\n${one}`),
    ['8:5 warning ADDRESS_TYPE_UNKNOWN'],
  ],
  [
    'objects that are not YAML',
    classText('objects: |\n  - objectName: db\n    x: [\n'),
    ['10:13 error OBJECTS_UNREADABLE'],
  ],
  [
    'an ARN of another region',
    classText(`region: us-east-1\nobjects: |\n  - objectName: ${arn('eu-west-1')}\n`),
    ['10:21 error REGION_MISMATCH'],
  ],
  [
    'ARNs that agree where no region is known',
    classText(`objects: |\n  - objectName: ${arn('eu-west-1')}\n`),
    ['8:5 note REGION_ASSUMED'],
  ],
  [
    'ARNs that no region satisfies',
    classText(
      `objects: |\n  - objectName: ${arn('eu-west-1')}\n  - {objectName: "${arn('us-east-1')}", objectAlias: b}\n`,
    ),
    ['8:5 note REGION_ASSUMED', '10:22 error REGION_MISMATCH'],
  ],
  [
    'a jmesPath that cannot be read',
    classText(`${one.replace('}', ', jmesPath: [{path: "a[", objectAlias: x}]}')}`),
    ['9:72 error EXTRACT_EXPRESSION_INVALID'],
  ],
  [
    'a jmesPath that is never a string',
    classText(`${one.replace('}', ', jmesPath: [{path: "[a]", objectAlias: x}]}')}`),
    ['9:72 error EXTRACT_NEVER_STRING'],
  ],
  [
    'a jmesPath that is never a string, with a format',
    classText(`${one.replace('}', ', jmesPath: [{path: "[a]", objectAlias: x, format: yaml}]}')}`),
    [],
  ],
  [
    'a format that is none',
    classText(`${one.replace('}', ', jmesPath: [{path: "a", objectAlias: x, format: xml}]}')}`),
    ['9:101 error FIELD_VALUE_UNKNOWN'],
  ],
  [
    'a secretObject without file',
    classText(
      one,
      'secretObjects:\n- secretName: s\n  type: Opaque\n  data:\n  - objectName: bd\n    key: k\n',
    ),
    ['11:19 warning SECRET_OBJECT_WITHOUT_FILE'],
  ],
  [
    'a secretObject with its file',
    classText(
      one,
      'secretObjects:\n- secretName: s\n  type: Opaque\n  data:\n  - objectName: db\n    key: k\n',
    ),
    [],
  ],
  [
    'an alias that is the name of another',
    classText(
      'objects: |\n  - {objectName: db, objectType: secretsmanager, objectAlias: x}\n  - {objectName: other, objectType: secretsmanager, objectAlias: db}\n',
    ),
    ['10:70 warning ALIAS_HIDES_NAME'],
  ],
  [
    'one name twice under two aliases',
    classText(
      'objects: |\n  - {objectName: db, objectType: secretsmanager, objectAlias: x}\n  - {objectName: db, objectType: secretsmanager, objectAlias: db}\n',
    ),
    [],
  ],
  [
    'more than fits into an answer',
    classText(
      `objects: |\n${Array.from({ length: 65 }, (_, index) => `  - {objectName: s${index}, objectType: secretsmanager}\n`).join('')}`,
    ),
    ['8:5 note RESPONSE_MAY_BE_TOO_LARGE'],
  ],
  [
    'as much as fits into an answer',
    classText(
      `objects: |\n${Array.from({ length: 64 }, (_, index) => `  - {objectName: s${index}, objectType: secretsmanager}\n`).join('')}`,
    ),
    [],
  ],
  [
    'a request that comes near what is refused',
    classText(`objects: |\n  # ${'&'.repeat(20_000)}\n  - {objectName: s, objectType: secretsmanager}\n`),
    ['8:5 warning REQUEST_MAY_BE_TOO_LARGE'],
  ],
  [
    'a request that is refused',
    classText(`objects: |\n  # ${'"'.repeat(120_000)}\n  - {objectName: s, objectType: secretsmanager}\n`),
    ['8:14 error REQUEST_TOO_LARGE'],
  ],
  [
    'more files than are good',
    classText(many(1_001)),
    ['8:5 warning MANY_FILES', '8:5 note RESPONSE_MAY_BE_TOO_LARGE', '8:5 note VOLUME_MAY_BE_TOO_LARGE'],
  ],
  [
    'more files than are taken',
    classText(many(4_001)),
    ['8:5 warning REQUEST_MAY_BE_TOO_LARGE', '8:14 error TOO_MANY_FILES'],
  ],
  [
    'the deprecated version',
    classText(one).replace('/v1', '/v1alpha1'),
    ['1:13 warning API_VERSION_DEPRECATED'],
  ],
  ['a version that nobody knows', classText(one).replace('/v1', '/v7'), ['1:13 warning API_VERSION_UNKNOWN']],
  ['another provider', classText('objects: 1\n').replace('aws', 'vault'), ['6:13 note PROVIDER_SKIPPED']],
  ['no provider', classText(one).replace('  provider: aws\n', ''), ['1:1 error CLASS_MALFORMED']],
  [
    'no spec',
    'apiVersion: secrets-store.csi.x-k8s.io/v1\nkind: SecretProviderClass\n',
    [
      '1:1 error CLASS_MALFORMED',
      '1:1 error CLASS_NAME_MALFORMED',
      '1:1 error CLASS_MALFORMED',
      '1:1 error OBJECTS_MISSING',
    ],
  ],
  [
    'parameters from an anchor and a merge key',
    `x: &p\n  region: us-east\n${classText(`<<: *p\n${one}`)}`,
    ['1:1 warning FIELD_UNKNOWN', '2:11 error REGION_MALFORMED'],
  ],
  [
    'the keys of an object’s prototype',
    classText(`__proto__: x\nconstructor: y\n${one}`),
    ['8:5 warning PARAMETER_UNKNOWN', '9:5 warning PARAMETER_UNKNOWN'],
  ],
]

/** A class of so many files. */
function many(files: number): string {
  const objects = Array.from(
    { length: files },
    (_, at) => `  - objectName: s${at}\n    objectType: secretsmanager\n`,
  )
  return `objects: |\n${objects.join('')}`
}

for (const [title, text, expected] of rows) {
  test(`validate: ${title}`, () => assert.deepEqual(check(text).map(shortly), expected))
}

test('validate compares ARNs with the region that is given', () => {
  const text = classText(`objects: |\n  - objectName: ${arn('eu-west-1')}\n`)
  assert.deepEqual(check(text, 'eu-west-1'), [])
  assert.deepEqual(check(text, 'us-east-1').map(shortly), ['9:21 error REGION_MISMATCH'])
})

test('validate finds classes among other kinds, in lists and in JSON', () => {
  const item = {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    spec: { provider: 'x' },
  }
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [item, { kind: 'Pod' }, item] })
  const foreign = JSON.stringify({ ...item, apiVersion: 'example.com/v1' })
  assert.equal(
    readClassFile({ file: 'f', text: `${list}\n---\n${foreign}\n---\n${classText(one)}` }).classes.length,
    3,
  )
  // What is broken in a document of another kind is not ours to judge.
  assert.deepEqual(readClassFile({ file: 'f', text: 'kind: Pod\na: 1\na: 2\n' }).faults, [])
})

for (const [title, text] of [
  ['YAML that is broken', 'a: [\n'],
  ['a key twice', `${classText(one)}kind: SecretProviderClass\n`],
  ['YAML as deep as the stack', '['.repeat(100_000)],
] as const) {
  test(`validate says that ${title} is not readable`, () => {
    assert.equal(readClassFile({ file: 'f', text }).faults[0]?.fault.code, 'INPUT_NOT_YAML')
  })
}

const secret = (fields: string) => classText(`objects: |\n  - {objectType: secretsmanager, ${fields}}\n`)
const parameter = (fields: string) => classText(`objects: |\n  - {objectType: ssmparameter, ${fields}}\n`)

/** What people really write; severity and code alone. */
const mistakes: readonly (readonly [title: string, text: string, expected: string])[] = [
  ['apiVersion v1', classText(one).replace(/^apiVersion: .*/, 'apiVersion: v1'), 'error API_VERSION_UNKNOWN'],
  [
    'the name of the driver as apiVersion',
    classText(one).replace('secrets-store.csi.x-k8s.io', 'secrets-store.csi.k8s.io'),
    'error API_VERSION_UNKNOWN',
  ],
  [
    'an empty apiVersion',
    classText(one).replace(/^apiVersion: .*/, "apiVersion: ''"),
    'error API_VERSION_UNKNOWN',
  ],
  ['no apiVersion', classText(one).replace(/^apiVersion: .*\n/, ''), 'error API_VERSION_UNKNOWN'],
  [
    'a kind in lower case',
    classText(one).replace('kind: SecretProviderClass', 'kind: secretproviderclass'),
    'error KIND_MISSPELT',
  ],
  [
    'a kind with an s too many',
    classText(one).replace('kind: Secret', 'kind: Secrets'),
    'error KIND_MISSPELT',
  ],
  ...['awss', 'asw', 'aws-provider', 'amazon', 'ws', 'AWS '].map(
    (name) =>
      [
        `provider ${name}`,
        classText(one).replace('provider: aws', `provider: "${name}"`),
        'warning PROVIDER_MISSPELT',
      ] as const,
  ),
  ...['azure', 'gcp', 'vault', 'akeyless'].map(
    (name) =>
      [
        `provider ${name}`,
        classText(one).replace('provider: aws', `provider: ${name}`),
        'note PROVIDER_SKIPPED',
      ] as const,
  ),
  ['provider AWS', classText(one).replace('provider: aws', 'provider: AWS'), 'warning PROVIDER_MISSPELT'],
  [
    'a name that Kubernetes refuses',
    classText(one).replace('name: app', 'name: App_1'),
    'error CLASS_NAME_MALFORMED',
  ],
  [
    'a namespace that Kubernetes refuses',
    classText(one).replace('name: app', 'name: app\n  namespace: a.b'),
    'error CLASS_MALFORMED',
  ],
  ['a region that is not there', classText(`region: eu-west-9\n${one}`), 'warning REGION_UNKNOWN'],
  ['objects that are folded', classText(one.replace('|', '>')), 'warning OBJECTS_FOLDED'],
  ['a template', secret('objectName: "{{ .Values.x }}"'), 'warning OBJECT_NAME_IMPOSSIBLE'],
  ['a variable of envsubst', secret(`objectName: "$${'{X}'}"`), 'warning OBJECT_NAME_IMPOSSIBLE'],
  ['a variable of a shell', secret('objectName: $X'), 'warning OBJECT_NAME_IMPOSSIBLE'],
  ['a pattern', parameter('objectName: /watch/blue/*'), 'error OBJECT_NAME_IMPOSSIBLE'],
  [
    'a pattern of an ARN',
    secret(`objectName: "${arn('us-east-1').replace(/a-AbCdEf$/, 'shop-??????')}", objectAlias: a`),
    'error OBJECT_NAME_IMPOSSIBLE',
  ],
  ['a space at the end', secret('objectName: "shop-db "'), 'error OBJECT_NAME_IMPOSSIBLE'],
  ['quotes within quotes', secret(`objectName: '"shop-db"'`), 'error OBJECT_NAME_IMPOSSIBLE'],
  ['curly quotes', secret('objectName: “shop-db”'), 'error OBJECT_NAME_IMPOSSIBLE'],
  ['a zero-width space', secret('objectName: "shop\\u200bdb"'), 'error OBJECT_NAME_IMPOSSIBLE'],
  ['a path', parameter('objectName: /showcase/, objectAlias: x'), 'warning OBJECT_NAME_IMPOSSIBLE'],
  ['levels without the first slash', parameter('objectName: shop/db/url'), 'error OBJECT_NAME_IMPOSSIBLE'],
  [
    'a slash too many in the ARN of a parameter',
    parameter('objectName: "arn:aws:ssm:us-east-1:111122223333:parameter//shop/url", objectAlias: x'),
    'warning OBJECT_NAME_IMPOSSIBLE',
  ],
  [
    'version latest of a parameter',
    parameter('objectName: /a, objectVersion: latest'),
    'warning OBJECT_VERSION_IMPOSSIBLE',
  ],
  [
    'version $LATEST of a parameter',
    parameter('objectName: /a, objectVersion: $LATEST'),
    'error OBJECT_VERSION_IMPOSSIBLE',
  ],
  [
    'version 0 of a parameter',
    parameter('objectName: /a, objectVersion: 0'),
    'error OBJECT_VERSION_IMPOSSIBLE',
  ],
  [
    'a stage as version of a secret',
    secret('objectName: a, objectVersion: AWSCURRENT'),
    'error OBJECT_VERSION_IMPOSSIBLE',
  ],
  ['version 1 of a secret', secret('objectName: a, objectVersion: "1"'), 'error OBJECT_VERSION_IMPOSSIBLE'],
  [
    'curly quotes in a part of a composed file',
    secret(
      'objectAlias: a, parts: {x: {objectName: “shop/db”, objectType: secretsmanager}}, text: x',
    ).replace('secretsmanager,', 'composed,'),
    'error OBJECT_NAME_IMPOSSIBLE',
  ],
  ['quotes in an alias', secret(`objectName: a, objectAlias: '"a"'`), 'warning ALIAS_QUOTED'],
  ['curly quotes around an alias', secret('objectName: a, objectAlias: “a”'), 'warning ALIAS_QUOTED'],
  ['German quotes around an alias', secret('objectName: a, objectAlias: „a“'), 'warning ALIAS_QUOTED'],
  ['a curly quote before an alias', secret('objectName: a, objectAlias: “a'), 'warning ALIAS_QUOTED'],
  [
    'curly quotes around the alias of an extract',
    secret('objectName: a, jmesPath: [{path: a, objectAlias: ‘b’}]'),
    'warning ALIAS_QUOTED',
  ],
  [
    'a key with a dot',
    secret('objectName: a, jmesPath: [{path: tls.crt, objectAlias: b}]'),
    'warning JMES_PATH_DOTTED',
  ],
]

for (const [title, text, expected] of mistakes) {
  test(`validate tells ${title}`, () => {
    const found = check(text, 'us-east-1').map(({ severity, code }) => `${severity} ${code}`)
    assert.deepEqual(found, [expected])
  })
}

const sentences: readonly (readonly [title: string, text: string, expected: RegExp])[] = [
  ['filePermission 400', secret('objectName: a, filePermission: 400'), /write "0400"$/],
  ['filePermission 384', secret('objectName: a, filePermission: 384'), /write "0600" in quotes \(384 is/],
  [
    'a parameter inside an object',
    secret('objectName: a, usePodIdentity: true'),
    /is a parameter of the SecretProviderClass/,
  ],
  [
    'a key of a filter that is nearly one',
    secret('objectName: a, filters: [{key: Tag-Value, values: [x]}]').replace(
      'secretsmanager,',
      'secretsmanagerquery,',
    ),
    /key is "Tag-Value": write "name", .*; did you mean "tag-value"\?$/,
  ],
  [
    'an objectType that is nearly one',
    secret('objectName: a').replace('secretsmanager', 'secretsmanagerQuery'),
    /did you mean "secretsmanagerquery"\?$/,
  ],
  [
    'provider awss',
    classText(one).replace('provider: aws', 'provider: awss'),
    /^spec\.provider is "awss"; did you mean "aws"\?/,
  ],
  [
    'curly quotes around an alias',
    secret('objectName: a, objectAlias: “a”'),
    /has curly quotes .* part of the name of the file: write straight ones, or none$/,
  ],
  [
    'curly quotes around a region',
    classText(`region: “us-east-1”\n${one}`),
    /: write the code of an AWS region, such as us-east-1; the curly quotes are part of it: write straight ones, or none$/,
  ],
  [
    'curly quotes around an objectType',
    secret('objectName: a').replace('secretsmanager', '“secretsmanager”'),
    /did you mean "secretsmanager"\?; the curly quotes are part of it: write straight ones, or none$/,
  ],
  [
    'curly quotes around the path of an extract',
    secret('objectName: a, jmesPath: [{path: “a”, objectAlias: b}]'),
    /is not understood; the curly quotes are part of it: write straight ones, or none$/,
  ],
  [
    'a parameter beside parameters',
    classText(one).replace('provider: aws', 'provider: aws\n  region: us-east-1'),
    /^spec: field "region" is ignored here: it belongs below spec\.parameters$/,
  ],
  [
    'a Helm template in a parameter',
    classText(`region: {{ .Values.region }}\n${one}`),
    /^parameter "region" is a Helm template that nothing has rendered: check what "helm template" prints$/,
  ],
  [
    'a quoted Helm template in a parameter',
    classText(`region: "{{ .Values.region }}"\n${one}`),
    /^parameter region is "\{\{ .Values.region \}\}": .*; this is a Helm template: check what "helm template" prints$/,
  ],
  [
    'a Helm template as name of the class',
    classText(one).replace('name: app', 'name: {{ include "shop.name" . }}'),
    /^metadata\.name is a Helm template that nothing has rendered: check what "helm template" prints$/,
  ],
  [
    'a quoted Helm template as name of the class',
    classText(one).replace('name: app', 'name: "{{ .Release.Name }}"'),
    /^metadata\.name is the Helm template "\{\{ .Release.Name \}\}": check what "helm template" prints$/,
  ],
  [
    'a Helm template as name of an object',
    secret('objectName: "{{ .Values.name }}"'),
    /^objectName "\{\{ .Values.name \}\}" is a template that nothing has rendered: check what "helm template" prints$/,
  ],
  [
    'a variable as name of an object',
    secret(`objectName: '$${'{NAME}'}'`),
    /^objectName ".*" is a variable that nothing has replaced: check what envsubst or the shell prints$/,
  ],
  ['jmesPath .x', secret('objectName: a, jmesPath: [{path: .x, objectAlias: b}]'), /write x without the dot/],
  ['jmesPath 2fa', secret('objectName: a, jmesPath: [{path: 2fa, objectAlias: b}]'), /path: '"2fa"'/],
  [
    'jmesPath with a blank',
    secret('objectName: a, jmesPath: [{path: my key, objectAlias: b}]'),
    /path: '"my key"'/,
  ],
  ['jmesPath .', secret('objectName: a, jmesPath: [{path: ., objectAlias: b}]'), /whole value is mounted/],
  [
    'secretObjects with the name of the object',
    classText(
      one.replace('objectName: db', 'objectName: MySecret, objectAlias: login.json'),
      'secretObjects:\n- secretName: s\n  type: Opaque\n  data:\n  - objectName: MySecret\n    key: k\n',
    ),
    /the file of this object is "login\.json": write that/,
  ],
]

for (const [title, text, expected] of sentences) {
  test(`validate leads from ${title} to the fix`, () => {
    const [first] = check(text, 'us-east-1')
    assert.match(first?.message ?? '', expected)
  })
}

const unreadable: readonly (readonly [title: string, text: string, place: string, reason: RegExp])[] = [
  [
    'a tab',
    classText('objects: |\n  - objectName: a\n').replace('  provider', '\tprovider'),
    '6:',
    /indented by a tab/,
  ],
  [
    'a quote that is not closed',
    classText('region: "us-east-1\nobjects: x\n'),
    '8:13',
    /this quote is not closed/,
  ],
  [
    'an unrendered template',
    `{{- if .Values.x }}\n${classText(one)}{{- end }}\n`,
    '1:',
    /this is a Helm template: check/,
  ],
  [
    'objects left of their key',
    classText('objects: |\n').concat('  - objectName: a\n'),
    '9:',
    /indent it deeper than objects/,
  ],
]

for (const [title, text, place, reason] of unreadable) {
  test(`validate says where and why ${title} makes a file unreadable`, () => {
    const [first] = readClassFile({ file: 'f', text }).faults
    assert.equal(first?.fault.code, 'INPUT_NOT_YAML')
    assert.ok(`${first.at.line}:${first.at.column}`.startsWith(place), `${first.at.line}:${first.at.column}`)
    assert.match(first.fault.message, reason)
  })
}
