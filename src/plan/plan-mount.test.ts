import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type ErrorCode, MountFaults, ProviderError } from '../errors/provider-error.ts'
import type { MountRequest } from '../request/mount-request.ts'
import { pathProblem } from './file-name.ts'
import type { MountPlan, Regions } from './mount-plan.ts'
import { readObjectList } from './object-list.ts'
import { checkObjects } from './object-rules.ts'
import { planMount } from './plan-mount.ts'

const one: Regions = ['us-east-1']
const two: Regions = ['us-east-1', 'us-east-2']
const secretArn = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:MySecret-a1b2c3'
const secretArn2 = 'arn:aws:secretsmanager:us-east-2:111122223333:secret:MySecret-a1b2c3'
const parameterArn = 'arn:aws:ssm:us-east-1:111122223333:parameter/app/db'
const parameterArn2 = 'arn:aws:ssm:us-east-2:111122223333:parameter/app/db'

function request(objects: string, pathTranslation?: string): MountRequest {
  return {
    pod: { name: 'web-0', namespace: 'shop', uid: 'u', serviceAccount: 'web' },
    tokens: new Map(),
    targetPath: '/v',
    defaultMode: 0o644,
    identityKind: 'irsa',
    addressType: 'auto',
    objects,
    ...(pathTranslation === undefined ? {} : { pathTranslation }),
  }
}

function plan(objects: string, regions: Regions = one, pathTranslation?: string): MountPlan {
  return planMount(request(objects, pathTranslation), regions)
}

/** As `path mode` of every file, `path mode = expression` of extracts. */
function files(planned: MountPlan): string[] {
  return planned.objects.flatMap(({ file, extracts }) => [
    ...(file === undefined ? [] : [`${file.path} ${file.mode.toString(8)}`]),
    ...extracts.map((each) => `${each.file.path} ${each.file.mode.toString(8)} = ${each.expression}`),
  ])
}

function refusal(objects: string, regions: Regions = one, pathTranslation?: string): ProviderError {
  try {
    plan(objects, regions, pathTranslation)
  } catch (error) {
    assert.ok(error instanceof ProviderError)
    assert.equal(error.status, 'INVALID_ARGUMENT')
    return error
  }
  return assert.fail('nothing was thrown')
}

function codes(error: ProviderError): ErrorCode[] {
  return error instanceof MountFaults ? error.faults.map((each) => each.code) : [error.code]
}

const sm = 'objectType: secretsmanager'
const ssm = 'objectType: ssmparameter'

const filePlans: [string, string, string | undefined, string[]][] = [
  ['an ARN without type', `- objectName: "${secretArn}"`, undefined, [`${secretArn} 644`]],
  ['slashes become underscores', `- {objectName: My/Path/Secret, ${sm}}`, undefined, ['My_Path_Secret 644']],
  ['an empty pathTranslation is the default', `- {objectName: a/b, ${sm}}`, '', ['a_b 644']],
  ['False nests', `- {objectName: My/Path/Secret, ${sm}}`, 'False', ['My/Path/Secret 644']],
  ['false in any case nests', `- {objectName: a/b, ${sm}}`, 'fALSE', ['a/b 644']],
  ['another character', `- {objectName: My/Path/Secret, ${sm}}`, '+', ['My+Path+Secret 644']],
  ['one code point of several bytes', `- {objectName: a/b, ${sm}}`, 'é', ['aéb 644']],
  ['one code point of two units', `- {objectName: a/b, ${sm}}`, '🔑', ['a🔑b 644']],
  [
    'a leading slash is translated too',
    `- {objectName: /app/db/url, ${ssm}}`,
    undefined,
    ['_app_db_url 644'],
  ],
  ['a leading slash is dropped without', `- {objectName: //app/db/url, ${ssm}}`, 'False', ['app/db/url 644']],
  ['an alias is translated', `- {objectName: a, objectAlias: x/y, ${sm}}`, undefined, ['x_y 644']],
  ['an alias nests', `- {objectName: a, objectAlias: /x/y, ${sm}}`, 'False', ['x/y 644']],
  ['an empty alias is none', `- {objectName: a, objectAlias: "", ${sm}}`, undefined, ['a 644']],
  ['doubled slashes are fine once translated', `- {objectName: a//b/, ${sm}}`, undefined, ['a__b_ 644']],
  ['aliases are literal', `- {objectName: a, objectAlias: "'it is' ü", ${sm}}`, undefined, ["'it is' ü 644"]],
  [
    '__proto__',
    `- {objectName: __proto__, ${sm}}\n- {objectName: constructor, ${sm}}`,
    undefined,
    ['__proto__ 644', 'constructor 644'],
  ],
  ['a hidden name', `- {objectName: .env, ${sm}}`, undefined, ['.env 644']],
  ['255 bytes', `- {objectName: ${'a'.repeat(255)}, ${sm}}`, undefined, [`${'a'.repeat(255)} 644`]],
  ['a mode', `- {objectName: a, filePermission: 0600, ${sm}}`, undefined, ['a 600']],
  ['a quoted mode', `- {objectName: a, filePermission: "0400", ${sm}}`, undefined, ['a 400']],
  ['only permission bits', `- {objectName: a, filePermission: 4755, ${sm}}`, undefined, ['a 755']],
  [
    'jmesPath, indented by four',
    `- objectName: "MySecret"\n  ${sm}\n  jmesPath:\n      - path: username\n        objectAlias: dbusername\n      - path: password\n        objectAlias: dbpassword`,
    undefined,
    ['MySecret 644', 'dbusername 644 = username', 'dbpassword 644 = password'],
  ],
  [
    'jmesPath, not indented',
    `- objectName: "MySecret"\n  ${sm}\n  jmesPath:\n  - path: "username"\n    objectAlias: "dbusername"\n  -   path: "password"\n      objectAlias: "dbpassword"`,
    undefined,
    ['MySecret 644', 'dbusername 644 = username', 'dbpassword 644 = password'],
  ],
  [
    'modes of jmesPath entries default to the object',
    `- {objectName: a, filePermission: 0400, ${sm}, jmesPath: [{path: x, objectAlias: b}, {path: y, objectAlias: c/d, filePermission: 0777}]}`,
    undefined,
    ['a 400', 'b 400 = x', 'c_d 777 = y'],
  ],
  [
    'one name under two file names',
    `- {objectName: a, ${sm}, objectVersionLabel: AWSCURRENT}\n- {objectName: a, ${sm}, objectVersionLabel: AWSPREVIOUS, objectAlias: b}\n- objectName: ${secretArn}`,
    undefined,
    ['a 644', 'b 644', `${secretArn} 644`],
  ],
  [
    'more than ten parameters',
    Array.from({ length: 23 }, (_, index) => `- {objectName: p${index}, ${ssm}}`).join('\n'),
    undefined,
    Array.from({ length: 23 }, (_, index) => `p${index} 644`),
  ],
  ['objects as JSON', `[{"objectName": "a", "objectType": "secretsmanager"}]`, undefined, ['a 644']],
  [
    'Windows line ends',
    `- objectName: a\r\n  ${sm}\r\n- objectName: b\r\n  ${sm}\r\n`,
    undefined,
    ['a 644', 'b 644'],
  ],
  ['a byte order mark', `\uFEFF- {objectName: a, ${sm}}`, undefined, ['a 644']],
  ['a tab after a colon', `- objectName:\ta\n  ${sm}\t\n`, undefined, ['a 644']],
  ['the first document alone', `---\n- {objectName: a, ${sm}}\n---\n: : [not YAML`, undefined, ['a 644']],
  [
    'scalars as typed',
    `- {objectName: 0123, ${sm}, objectAlias: true}\n- {objectName: 1.50, ${sm}}`,
    undefined,
    ['true 644', '1.50 644'],
  ],
  [
    'keys in any case',
    `- OBJECTNAME: a\n  objecttype: secretsmanager\n  JmesPath: [{Path: x, ObjectAlias: y}]`,
    undefined,
    ['a 644', 'y 644 = x'],
  ],
  ['the exact spelling wins', `- objectName: a\n  ObjectName: b\n  ${sm}`, undefined, ['a 644']],
  ['the last repeated counts', `- objectName: a\n  objectName: b\n  ${sm}`, undefined, ['b 644']],
  [
    'the last of other spellings counts',
    `- {ObjectName: a, OBJECTNAME: b, ObjectName: c, ${sm}}`,
    undefined,
    ['c 644'],
  ],
  [
    'null, ~ and empty are unset',
    `- objectName: a\n  ${sm}\n  objectAlias: null\n  objectVersion: ~\n  filePermission:\n  jmesPath:\n  failoverObject: ~`,
    undefined,
    ['a 644'],
  ],
  [
    'anchors and merge keys',
    `- &a\n  objectName: a\n  ${sm}\n  filePermission: 0400\n- <<: *a\n  objectName: b\n- <<: [{objectName: c}, *a]\n- <<: *a\n  OBJECTNAME: d`,
    undefined,
    ['a 400', 'b 400', 'c 400', 'd 400'],
  ],
  [
    'a scalar by alias',
    `- {objectName: &n a, ${sm}}\n- {objectName: b, ${sm}, jmesPath: [{path: *n , objectAlias: c}]}`,
    undefined,
    ['a 644', 'b 644', 'c 644 = a'],
  ],
  ['unknown fields', `- {objectName: a, ${sm}, whatever: [1, {x: y}]}`, undefined, ['a 644']],
]

for (const [name, objects, translation, expected] of filePlans) {
  test(`planMount() plans the files: ${name}`, () => {
    assert.deepEqual(files(plan(objects, one, translation)), expected)
  })
}

const readPlans: [string, string, Regions, unknown[]][] = [
  ['by name', `- {objectName: a, ${sm}}`, one, [{ name: 'a' }]],
  [
    'a label',
    `- {objectName: a, ${sm}, objectVersionLabel: "AWSCURRENT"}`,
    one,
    [{ name: 'a', versionLabel: 'AWSCURRENT' }],
  ],
  [
    'version and label of a secret',
    `- {objectName: a, ${sm}, objectVersion: v, objectVersionLabel: l}`,
    one,
    [{ name: 'a', version: 'v', versionLabel: 'l' }],
  ],
  ['a version', `- {objectName: a, ${ssm}, objectVersion: 1}`, one, [{ name: 'a', version: '1' }]],
  ['a parameter ARN', `- objectName: ${parameterArn}`, one, [{ name: parameterArn }]],
  ['a selector stays in the name', `- {objectName: "p:1", ${ssm}}`, one, [{ name: 'p:1' }]],
  ['a selector at an ARN', `- objectName: "${parameterArn}:prod"`, one, [{ name: `${parameterArn}:prod` }]],
  ['an ARN of another region', `- objectName: ${secretArn2}`, ['us-east-2'], [{ name: secretArn2 }]],
  [
    'another partition',
    '- objectName: arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/p',
    ['us-gov-west-1'],
    [{ name: 'arn:aws-us-gov:ssm:us-gov-west-1:111122223333:parameter/p' }],
  ],
  [
    'one name in two regions',
    `- {objectName: a, ${ssm}, objectVersion: 2}`,
    two,
    [
      { name: 'a', version: '2' },
      { name: 'a', version: '2' },
    ],
  ],
  [
    'a replica',
    `- {objectName: "${secretArn}", objectVersionLabel: l}`,
    two,
    [
      { name: secretArn, versionLabel: 'l' },
      { name: secretArn2, versionLabel: 'l' },
    ],
  ],
  [
    'failoverObject as a list of one',
    `- objectName: "${secretArn}"\n  objectAlias: "MyMountedSecret"\n  failoverObject:\n    - objectName: "${secretArn2}"`,
    two,
    [{ name: secretArn }, { name: secretArn2 }],
  ],
  [
    'failoverObject as a map',
    `- objectName: "${secretArn}"\n  objectAlias: "MyMountedSecret"\n  failoverObject:\n    objectName: "${secretArn2}"\n    objectVersionLabel: l`,
    two,
    [{ name: secretArn }, { name: secretArn2, versionLabel: 'l' }],
  ],
  [
    'what failoverObject leaves out',
    `- {objectName: a, ${ssm}, objectAlias: x, objectVersion: 3, failoverObject: {objectName: b}}`,
    two,
    [
      { name: 'a', version: '3' },
      { name: 'b', version: '3' },
    ],
  ],
  [
    'an equal version',
    `- {objectName: a, ${ssm}, objectAlias: x, objectVersion: 3, failoverObject: {objectName: "b:3"}}`,
    two,
    [{ name: 'a', version: '3' }, { name: 'b:3' }],
  ],
  [
    'a selector handed on',
    `- {objectName: "a:3", ${ssm}, objectAlias: x, failoverObject: {objectName: b}}`,
    two,
    [{ name: 'a:3' }, { name: 'b', version: '3' }],
  ],
  [
    'a parameter ARN with failoverObject',
    `- {objectName: "${parameterArn}", objectAlias: x, failoverObject: {objectName: "${parameterArn2}"}}`,
    two,
    [{ name: parameterArn }, { name: parameterArn2 }],
  ],
  [
    'a name for an ARN',
    `- {objectName: "${parameterArn}", ${ssm}, objectAlias: x, failoverObject: {objectName: b}}`,
    two,
    [{ name: parameterArn }, { name: 'b' }],
  ],
]

for (const [name, objects, regions, expected] of readPlans) {
  test(`planMount() plans the reads: ${name}`, () => {
    const planned = plan(objects, regions)
    assert.deepEqual(planned.regions, regions)
    assert.deepEqual(
      planned.objects.map(({ reads }) => reads),
      [expected],
    )
  })
}

test('planMount() takes a quoted or tagged null for text', () => {
  assert.deepEqual(files(plan(`- {objectName: "null", ${sm}}`)), ['null 644'])
  assert.deepEqual(files(plan(`- {objectName: !!str null, ${sm}}`)), ['null 644'])
})

test('planMount() tells the store from the type or the ARN', () => {
  const stores = (text: string) => plan(text).objects.map(({ store }) => store)
  assert.deepEqual(
    stores(`- objectName: ${secretArn}\n- objectName: ${parameterArn}\n- {objectName: a, ${ssm}}`),
    ['secretsmanager', 'ssmparameter', 'ssmparameter'],
  )
})

const x255 = 'x'.repeat(256)
const failing = (rest: string, name = 'a') => `- {objectName: "${name}", ${rest}}`
const refusals: [string, string, Regions, string | undefined, ErrorCode[], RegExp][] = [
  ['no objects', '', one, undefined, ['OBJECTS_MISSING'], /"objects"/],
  ['only a comment', '# nothing', one, undefined, ['OBJECTS_MISSING'], /"objects"/],
  [
    'optional that is no boolean',
    `- {objectName: a, ${sm}, optional: maybe, jmesPath: [{path: x, objectAlias: y, optional: yes}]}`,
    one,
    undefined,
    ['FIELD_VALUE_UNKNOWN', 'FIELD_VALUE_UNKNOWN'],
    /object "a".*optional.*"maybe"/,
  ],
  [
    'optional that is a list',
    `- {objectName: a, ${sm}, optional: [true]}`,
    one,
    undefined,
    ['FIELD_MALFORMED'],
    /optional/,
  ],
  ['a map', 'objectName: a', one, undefined, ['OBJECTS_NOT_A_LIST'], /is a map: write a list/],
  ['a text', 'hello', one, undefined, ['OBJECTS_NOT_A_LIST'], /is a string/],
  ['no YAML', '- objectName: a\n  objectType: [', one, undefined, ['OBJECTS_UNREADABLE'], /at line 2/],
  [
    'a tab as indentation',
    '- objectName: a\n\tobjectType: b',
    one,
    undefined,
    ['OBJECTS_UNREADABLE'],
    /line 2.*by a tab/,
  ],
  ['a bracket too many', ']]', one, undefined, ['OBJECTS_UNREADABLE'], /line 1/],
  ['a list, then a bracket', '- a: b\n]', one, undefined, ['OBJECTS_UNREADABLE'], /line 2/],
  ['only a bad directive', '%YAML', one, undefined, ['OBJECTS_UNREADABLE'], /line 1/],
  [
    'a quote left open',
    '- objectName: a\n- objectName: "b\n',
    one,
    undefined,
    ['OBJECTS_UNREADABLE'],
    /at line [23]/,
  ],
  [
    'an alias of nothing',
    '- a: 1\n- *x',
    one,
    undefined,
    ['OBJECTS_UNREADABLE'],
    /line 2, column 3: alias \*x has no anchor/,
  ],
  [
    'an alias inside its anchor',
    '- &a [*a]',
    one,
    undefined,
    ['OBJECTS_UNREADABLE'],
    /inside its own anchor/,
  ],
  ['a merge of text', '- <<: hello', one, undefined, ['OBJECTS_UNREADABLE'], /merge key/],
  ['an empty entry', `-\n- {objectName: a, ${sm}}`, one, undefined, ['OBJECT_EMPTY'], /^object 1 is empty/],
  ['an empty map', '- {}', one, undefined, ['OBJECT_EMPTY'], /^object 1/],
  ['an entry of text', '- hello', one, undefined, ['OBJECT_NOT_A_MAP'], /object 1 is a string/],
  ['no objectName', `- ${sm}`, one, undefined, ['OBJECT_NAME_MISSING'], /^object 1 has no objectName/],
  ['an empty objectName', failing(sm, ''), one, undefined, ['OBJECT_NAME_MISSING'], /objectName/],
  [
    'a list as objectName',
    `- {objectName: [a], ${sm}}`,
    one,
    undefined,
    ['FIELD_MALFORMED'],
    /objectName is a list: write a string/,
  ],
  [
    'a map as objectAlias',
    failing(`${sm}, objectAlias: {a: b}`),
    one,
    undefined,
    ['FIELD_MALFORMED'],
    /object "a": objectAlias is a map/,
  ],
  [
    'a jmesPath of text',
    failing(`${sm}, jmesPath: x`),
    one,
    undefined,
    ['FIELD_MALFORMED'],
    /jmesPath is a string/,
  ],
  [
    'a jmesPath entry of text',
    failing(`${sm}, jmesPath: [x]`),
    one,
    undefined,
    ['FIELD_MALFORMED'],
    /jmesPath entry 1 is a string/,
  ],
  [
    'no objectType',
    '- objectName: a',
    one,
    undefined,
    ['OBJECT_TYPE_MISSING'],
    /object "a": objectType is missing/,
  ],
  [
    'objectType ssm',
    failing('objectType: ssm'),
    one,
    undefined,
    ['OBJECT_TYPE_UNKNOWN'],
    /"ssm": write "secretsmanager" or "ssmparameter"/,
  ],
  [
    'objectType in another case',
    failing('objectType: SecretsManager'),
    one,
    undefined,
    ['OBJECT_TYPE_UNKNOWN'],
    /objectType/,
  ],
  [
    'objectType against the ARN',
    failing(ssm, secretArn),
    one,
    undefined,
    ['OBJECT_TYPE_MISMATCH'],
    /objectType is "ssmparameter"/,
  ],
  [
    'half an ARN',
    '- objectName: arn:aws:secretsmanager:us-east-1',
    one,
    undefined,
    ['ARN_MALFORMED'],
    /full ARN/,
  ],
  [
    'an ARN of no region',
    '- objectName: "arn:aws:ssm::111122223333:parameter/p"',
    one,
    undefined,
    ['ARN_MALFORMED'],
    /full ARN/,
  ],
  [
    'an ARN with a hostile region',
    '- objectName: arn:aws:ssm:evil.com/:111122223333:parameter/p',
    one,
    undefined,
    ['ARN_MALFORMED'],
    /full ARN/,
  ],
  [
    'an ARN of a bucket',
    '- objectName: arn:aws:s3:::bucket',
    one,
    undefined,
    ['ARN_SERVICE_UNSUPPORTED'],
    /"s3"/,
  ],
  [
    'an ARN of another region',
    `- objectName: ${secretArn2}`,
    one,
    undefined,
    ['REGION_MISMATCH'],
    /"us-east-2".*"us-east-1"/,
  ],
  [
    'version and label of a parameter',
    failing(`${ssm}, objectVersion: 1, objectVersionLabel: l`),
    one,
    undefined,
    ['VERSION_AND_LABEL'],
    /objectVersion and objectVersionLabel/,
  ],
  [
    'a selector twice',
    failing(`${ssm}, objectVersion: 1`, 'p:1'),
    one,
    undefined,
    ['SELECTOR_TWICE'],
    /"p:1"/,
  ],
  ['two selectors', failing(ssm, 'p:1:2'), one, undefined, ['SELECTOR_MALFORMED'], /"p:1:2"/],
  ...['644', '00644', '0888', 'rw', '0644 ', '-644'].map(
    (mode): [string, string, Regions, undefined, ErrorCode[], RegExp] => [
      `filePermission ${mode}`,
      failing(`${sm}, filePermission: "${mode}"`),
      one,
      undefined,
      ['FILE_PERMISSION_MALFORMED'],
      /object "a": filePermission is/,
    ],
  ),
  [
    'filePermission of an entry',
    failing(`${sm}, jmesPath: [{path: x, objectAlias: dbuser, filePermission: 9}]`),
    one,
    undefined,
    ['FILE_PERMISSION_MALFORMED'],
    /jmesPath entry 1 \("dbuser"\): filePermission/,
  ],
  [
    'a format of an entry that is none',
    failing(`${sm}, jmesPath: [{path: x, objectAlias: b, format: JSON}]`),
    one,
    undefined,
    ['FIELD_VALUE_UNKNOWN'],
    /jmesPath entry 1 \("b"\): format is "JSON": write "json" or "yaml"/,
  ],
  [
    'an optional of an entry that is no boolean',
    failing(`${sm}, jmesPath: [{path: x, objectAlias: b, optional: yes}]`),
    one,
    undefined,
    ['FIELD_VALUE_UNKNOWN'],
    /optional is "yes": write "true" or "false"/,
  ],
  [
    'an objectFormat without objectAlias, of an encoded value, beside the whole',
    failing(`${sm}, objectFormat: dotenv, objectEncoding: hex, expandKeys: {mountWhole: true}`),
    one,
    undefined,
    ['FIELD_NEEDS_FIELD', 'FIELD_NEEDS_FIELD', 'FIELDS_EXCLUDE'],
    /objectFormat is set without objectAlias.*\n.*objectEncoding is set without decodeFirst.*\n.*objectFormat and mountWhole/,
  ],
  [
    'what stands beside a format without one, and a section of another format',
    failing(
      `${sm}, prefix: a, uppercase: x, jmesPath: [{path: x, objectAlias: b, format: toml, section: "a]"}]`,
    ),
    one,
    undefined,
    [
      'FIELD_NEEDS_FIELD',
      'FIELD_VALUE_UNKNOWN',
      'FIELD_VALUE_UNKNOWN',
      'FIELD_NEEDS_FIELD',
      'FIELD_NEEDS_FIELD',
    ],
    /section is set without format ini/,
  ],
  [
    'an objectEncoding of another word',
    failing(`${sm}, objectEncoding: base32, jmesPath: [{path: x, objectAlias: b, objectEncoding: Hex}]`),
    one,
    undefined,
    ['FIELD_VALUE_UNKNOWN', 'FIELD_VALUE_UNKNOWN'],
    /objectEncoding is "Hex": write "utf-8" or "base64" or "base64url" or "hex"/,
  ],
  [
    'a decodeFirst of nothing',
    failing(`${sm}, decodeFirst: true`),
    one,
    undefined,
    ['FIELD_NEEDS_FIELD'],
    /decodeFirst is set without objectEncoding/,
  ],
  [
    'an entry of a format and an encoding',
    failing(`${sm}, jmesPath: [{path: x, objectAlias: b, format: json, objectEncoding: hex}]`),
    one,
    undefined,
    ['FIELDS_EXCLUDE'],
    /jmesPath entry 1 \("b"\): format and objectEncoding are both set/,
  ],
  [
    'an expandKeys that is neither true nor a map',
    failing(`${sm}, expandKeys: yes`),
    one,
    undefined,
    ['FIELD_MALFORMED'],
    /expandKeys is a string: write true, or a map of prefix, include/,
  ],
  [
    'a depth of nothing and nulls of another word',
    failing(`${sm}, expandKeys: {depth: 0, nulls: none}`),
    one,
    undefined,
    ['FIELD_VALUE_UNKNOWN', 'FIELD_VALUE_UNKNOWN'],
    /expandKeys: depth is "0": write "a number from 1 to 100"/,
  ],
  [
    'an include that is a map',
    failing(`${sm}, expandKeys: {include: {a: b}}`),
    one,
    undefined,
    ['FIELD_MALFORMED'],
    /expandKeys: include is a map: write a string, or a list of strings/,
  ],
  [
    'a failoverObject without objectAlias where the whole value is mounted too',
    `- {objectName: a, ${sm}, expandKeys: {mountWhole: true}, failoverObject: {objectName: b}}`,
    two,
    undefined,
    ['FAILOVER_ALIAS_MISSING'],
    /objectAlias is missing/,
  ],
  [
    'an entry without path',
    failing(`${sm}, jmesPath: [{objectAlias: b}]`),
    one,
    undefined,
    ['JMES_PATH_INCOMPLETE'],
    /entry 1 \("b"\) has no path/,
  ],
  [
    'an entry without objectAlias',
    failing(`${sm}, jmesPath: [{path: b}]`),
    one,
    undefined,
    ['JMES_PATH_INCOMPLETE'],
    /has no objectAlias/,
  ],
  [
    'one region twice',
    failing(sm),
    ['us-east-1', 'us-east-1'],
    undefined,
    ['FAILOVER_REGION_SAME'],
    /failoverRegion is "us-east-1"/,
  ],
  [
    'a parameter ARN alone',
    `- objectName: ${parameterArn}`,
    two,
    undefined,
    ['FAILOVER_OBJECT_MISSING'],
    /failoverObject/,
  ],
  [
    'no failoverObject in its list',
    failing(`${sm}, objectAlias: x, failoverObject: []`),
    two,
    undefined,
    ['FAILOVER_OBJECT_COUNT'],
    /list of 0/,
  ],
  [
    'two failoverObjects',
    failing(`${sm}, objectAlias: x, failoverObject: [{objectName: b}, {objectName: c}]`),
    two,
    undefined,
    ['FAILOVER_OBJECT_COUNT'],
    /list of 2/,
  ],
  [
    'a failoverObject without name',
    failing(`${sm}, objectAlias: x, failoverObject: {objectVersion: 1}`),
    two,
    undefined,
    ['FAILOVER_OBJECT_NAME_MISSING'],
    /failoverObject has no objectName/,
  ],
  [
    'a failoverObject without alias',
    failing(`${sm}, failoverObject: {objectName: b}`),
    two,
    undefined,
    ['FAILOVER_ALIAS_MISSING'],
    /object "a": objectAlias is missing/,
  ],
  [
    'a failoverObject without region',
    failing(`${sm}, objectAlias: x, failoverObject: {objectName: b}`),
    one,
    undefined,
    ['FAILOVER_REGION_MISSING'],
    /failoverRegion/,
  ],
  [
    'a failoverObject of another store',
    failing(`${sm}, objectAlias: x, failoverObject: {objectName: "${parameterArn2}"}`),
    two,
    undefined,
    ['FAILOVER_STORE_MISMATCH'],
    /failoverObject/,
  ],
  [
    'a failoverObject of the primary region',
    failing(`objectAlias: x, failoverObject: {objectName: "${secretArn}"}`, secretArn),
    two,
    undefined,
    ['REGION_MISMATCH'],
    /change the failoverRegion parameter/,
  ],
  [
    'a failoverObject without type',
    failing('objectAlias: x, failoverObject: {objectName: b}', secretArn),
    two,
    undefined,
    ['OBJECT_TYPE_MISSING'],
    /failoverObject: objectType is missing.*"b"/,
  ],
  [
    'a failoverObject of another version',
    failing(`${ssm}, objectAlias: x, objectVersion: 1, failoverObject: {objectName: b, objectVersion: 2}`),
    two,
    undefined,
    ['FAILOVER_VERSION_MISMATCH'],
    /objectVersion is "2".*"1"/,
  ],
  [
    'a version in the failoverObject alone',
    failing(`${ssm}, objectAlias: x, failoverObject: {objectName: b, objectVersion: 2}`),
    two,
    undefined,
    ['FAILOVER_VERSION_MISMATCH'],
    /not set/,
  ],
  [
    'both in the failoverObject',
    failing(
      `${ssm}, objectAlias: x, objectVersion: 2, failoverObject: {objectName: b, objectVersion: 2, objectVersionLabel: l}`,
    ),
    two,
    undefined,
    ['VERSION_AND_LABEL'],
    /failoverObject/,
  ],
  [
    'a label against the object’s version',
    failing(
      `${ssm}, objectAlias: x, objectVersion: 2, failoverObject: {objectName: b, objectVersionLabel: l}`,
    ),
    two,
    undefined,
    ['VERSION_AND_LABEL'],
    /takes over/,
  ],
  [
    'one file twice',
    `${failing(sm, 'a/b')}\n${failing(sm, 'a_b')}`,
    one,
    undefined,
    ['DUPLICATE_FILE'],
    /object "a_b": duplicate file name "a_b", which object "a\/b" \(entry 1 of objects\)/,
  ],
  [
    'an alias that is a name',
    `${failing(sm)}\n- {objectName: b, objectAlias: a, ${sm}}`,
    one,
    undefined,
    ['DUPLICATE_FILE'],
    /duplicate/,
  ],
  [
    'a jmesPath alias of its own object',
    failing(`${sm}, jmesPath: [{path: x, objectAlias: a}]`),
    one,
    undefined,
    ['DUPLICATE_FILE'],
    /jmesPath entry 1 \("a"\): duplicate/,
  ],
  [
    'two jmesPath aliases',
    failing(`${sm}, jmesPath: [{path: x, objectAlias: b}, {path: y, objectAlias: b}]`),
    one,
    undefined,
    ['DUPLICATE_FILE'],
    /duplicate/,
  ],
  [
    'two labels and no alias',
    `- {objectName: a, ${sm}, objectVersionLabel: x}\n- {objectName: a, ${sm}, objectVersionLabel: y}`,
    one,
    undefined,
    ['DUPLICATE_FILE'],
    /duplicate/,
  ],
  [
    'one file by leading slashes',
    `${failing(sm, '/a')}\n${failing(sm)}`,
    one,
    'False',
    ['DUPLICATE_FILE'],
    /duplicate/,
  ],
  [
    'a file, then a directory',
    `${failing(sm)}\n${failing(sm, 'a/b')}`,
    one,
    'False',
    ['FILE_IS_DIRECTORY'],
    /"a" cannot be a file and a directory/,
  ],
  [
    'a directory, then a file',
    `${failing(sm, 'a/b/c')}\n${failing(sm, 'a/b')}`,
    one,
    'False',
    ['FILE_IS_DIRECTORY'],
    /"a\/b" cannot/,
  ],
  ...['.', '..', '..data', 'a\0b', x255, 'é'.repeat(128), '\ud800'].map(
    (name): [string, string, Regions, undefined, ErrorCode[], RegExp] => [
      `the name ${JSON.stringify(name).slice(0, 20)}`,
      `- {objectName: ${JSON.stringify(name)}, ${sm}}`,
      one,
      undefined,
      ['FILE_NAME_UNUSABLE'],
      /objectName gives the file name/,
    ],
  ),
  [
    'an alias of more than 4096 bytes',
    `- {objectName: a, objectAlias: ${'a/'.repeat(2050)}b, ${sm}}`,
    one,
    'False',
    ['FILE_NAME_UNUSABLE'],
    /longer than 4096 bytes/,
  ],
  ...(
    [
      ['objectName', 2_048],
      ['objectVersion', 64],
      ['objectVersionLabel', 256],
    ] as const
  ).flatMap(([field, limit]): [string, string, Regions, undefined, ErrorCode[], RegExp][] => [
    [
      `an ${field} longer than AWS takes`,
      `- {objectName: a, objectAlias: b, ${sm}, ${field}: ${'x'.repeat(limit + 1)}}`,
      one,
      undefined,
      ['FIELD_TOO_LONG'],
      new RegExp(`${field} has ${limit + 1} characters, and AWS takes at most ${limit}`),
    ],
    [
      `an ${field} of a failoverObject longer than AWS takes`,
      `- {objectName: a, objectAlias: b, ${sm}, failoverObject: {objectName: c, ${field}: ${'x'.repeat(limit + 1)}}}`,
      two,
      undefined,
      ['FIELD_TOO_LONG'],
      new RegExp(`failoverObject: ${field} has ${limit + 1} characters`),
    ],
  ]),
  [
    'more files than a volume may have',
    `- objectName: a\n  ${sm}\n  jmesPath:\n  - &x {path: x, objectAlias: f}\n${Array.from({ length: 3_999 }, (_, at) => `  - {<<: *x, objectAlias: f${at}}`).join('\n')}`,
    one,
    undefined,
    ['TOO_MANY_FILES'],
    /4001 files, .* at most 4000/,
  ],
  ...['a//b', 'a/', './a', 'a/./b', 'a/../b', '../a', '/', 'a/..'].map(
    (name): [string, string, Regions, string, ErrorCode[], RegExp] => [
      `the nested name ${name.slice(0, 20)}`,
      failing(sm, name),
      one,
      'False',
      ['FILE_NAME_UNUSABLE'],
      /choose another objectAlias/,
    ],
  ),
  [
    'an alias of more than 4096 bytes',
    failing(`${sm}, objectAlias: ${'a/'.repeat(2050)}b`),
    one,
    'False',
    ['FILE_NAME_UNUSABLE'],
    /longer than 4096 bytes/,
  ],
  [
    'a name, version and label of more characters than AWS takes',
    failing(
      `${sm}, objectVersion: ${'v'.repeat(65)}, objectVersionLabel: ${'l'.repeat(257)}`,
      'n'.repeat(2049),
    ),
    one,
    undefined,
    ['FIELD_TOO_LONG', 'FIELD_TOO_LONG', 'FIELD_TOO_LONG'],
    /objectName has 2049 characters, and AWS takes at most 2048/,
  ],
  [
    'an alias of ..',
    failing(`${sm}, objectAlias: ..`),
    one,
    undefined,
    ['FILE_NAME_UNUSABLE'],
    /its objectAlias gives/,
  ],
  [
    'a jmesPath alias of .',
    failing(`${sm}, jmesPath: [{path: x, objectAlias: .}]`),
    one,
    undefined,
    ['FILE_NAME_UNUSABLE'],
    /jmesPath entry 1/,
  ],
  [
    'a translation that makes a dot',
    failing(`${sm}, objectAlias: /`),
    one,
    '.',
    ['FILE_NAME_UNUSABLE'],
    /volume itself/,
  ],
  ...['/', '__', 'no', '\ud800', 'é́x'].map(
    (translation): [string, string, Regions, string, ErrorCode[], RegExp] => [
      `pathTranslation ${JSON.stringify(translation)}`,
      failing(sm),
      one,
      translation,
      ['PATH_TRANSLATION_MALFORMED'],
      /parameter pathTranslation/,
    ],
  ),
]

for (const [name, objects, regions, translation, expected, sentence] of refusals) {
  test(`planMount() refuses: ${name}`, () => {
    const error = refusal(objects, regions, translation)
    assert.deepEqual(codes(error), expected)
    assert.match(error.message, sentence)
  })
}

test('planMount() reports all faults in the order of the objects, those of the parameters first', () => {
  const objects = `- objectName: a\n-\n- {objectName: b, ${sm}, filePermission: 1, objectAlias: ..}\n- {objectName: c, ${sm}}\n- {objectName: c, objectType: x}\n- {objectName: d, ${ssm}, objectVersion: []}`
  const error = refusal(objects, ['us-east-1', 'us-east-1'])
  assert.deepEqual(codes(error), [
    'FAILOVER_REGION_SAME',
    'OBJECT_TYPE_MISSING',
    'OBJECT_EMPTY',
    'FILE_PERMISSION_MALFORMED',
    'FILE_NAME_UNUSABLE',
    'OBJECT_TYPE_UNKNOWN',
    'DUPLICATE_FILE',
    'FIELD_MALFORMED',
  ])
  assert.equal(error.message.split('\n').length, 8)
})

test('checkObjects() gives the position of each fault, whatever the line ends', () => {
  for (const end of ['\n', '\r\n']) {
    const text = [
      '\uFEFF- objectName: a',
      '  objectType: ssm',
      '- objectAlias: b',
      `- objectName: c`,
      `  ${sm}`,
      '  jmesPath:',
      '  - path: x',
    ].join(end)
    const { findings } = checkObjects(readObjectList(text), { regions: one, defaultMode: 0o644 })
    assert.deepEqual(
      findings.map(({ fault, line, column }) => `${line}:${column} ${fault.code}`),
      ['2:15 OBJECT_TYPE_UNKNOWN', '3:3 OBJECT_NAME_MISSING', '7:5 JMES_PATH_INCOMPLETE'],
    )
  }
})

test('planMount() warns of unknown and repeated fields, with the position and the nearest name', () => {
  const { warnings } = plan(
    `- objectName: a\n  ${sm}\n  objectname: b\n  objectAlais: c\n  zzz: d\n  ${sm}\n  jmesPath: [{path: x, objectAlias: y, alias: z}]`,
  )
  assert.deepEqual(
    warnings.map(({ code, line, column }) => `${line}:${column} ${code}`),
    [
      '6:3 REPEATED_FIELD',
      '3:3 REPEATED_FIELD',
      '4:3 UNKNOWN_FIELD',
      '5:3 UNKNOWN_FIELD',
      '7:40 UNKNOWN_FIELD',
    ],
  )
  assert.match(
    warnings[2]?.message ?? '',
    /object 1: field "objectAlais" is unknown.*did you mean objectAlias\?/,
  )
  assert.match(warnings[3]?.message ?? '', /known fields are objectName, /)
})

const bomb = `- &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, i) => `- &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`).join('\n')}`
const fields = Array.from({ length: 300 }, (_, i) => `f${i}: x`).join(', ')
const bounded: [string, string][] = [
  ['an alias bomb', bomb],
  ['an alias bomb of merges', `- &a {${fields}}\n- {<<: [${Array(300).fill('*a').join(', ')}]}`],
  [
    'many uses of one large list',
    `- &a {objectName: a, jmesPath: [${Array(400).fill('{}').join(', ')}]}\n${'- *a\n'.repeat(400)}`,
  ],
  ['deep flow nesting', '['.repeat(100_000)],
  ['deep flow maps', '{a: '.repeat(50_000)],
  ['deep block nesting', '- '.repeat(100_000)],
  ['deep explicit keys', '? '.repeat(100_000)],
  ['a list of commas', `[${','.repeat(60_000)}`],
  ['a huge text', `- objectName: ${'a'.repeat(300_000)}`],
  ['a huge number of objects', '- a\n'.repeat(60_000)],
  ['many words', 'a: b\n'.repeat(50_000)],
  ['many empty lines', '\n'.repeat(240_000)],
  ['many comments', '#\n'.repeat(120_000)],
  ['many quotes', '"'.repeat(240_000)],
  ['many directives', '%a\n'.repeat(80_000)],
]
for (const [name, text] of bounded) {
  test(`planMount() refuses as too large: ${name}`, () => {
    assert.deepEqual(codes(refusal(text)), ['OBJECTS_TOO_LARGE'])
  })
}

const noise = [
  '- ',
  '? ',
  ': ',
  'objectName: a',
  '\n',
  '  ',
  '\t',
  '\r\n',
  '[',
  ']',
  '{',
  '}',
  ',',
  '&a ',
  '*a',
  '<<: ',
  '|',
  '>',
  '"',
  "'",
  '#',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '!!str ',
  '!x ',
  '\uFEFF',
  '\ud800',
  '\0',
  'null',
  '~',
  '\\',
  sm,
  'jmesPath: ',
  'failoverObject: ',
]
const yamlNoise = fc.array(fc.constantFrom(...noise), { maxLength: 60 }).map((parts) => parts.join(''))

test('whatever the objects are, planMount() throws nothing but a ProviderError of our own codes', () => {
  fc.assert(
    fc.property(fc.oneof(yamlNoise, fc.string({ unit: 'binary' })), (text) => {
      try {
        plan(text)
      } catch (error) {
        assert.ok(error instanceof ProviderError)
        for (const line of error.message.split('\n')) assert.ok(line.length < 2000)
      }
    }),
    { numRuns: 2000 },
  )
})

const name = fc.oneof(
  fc.constantFrom('a', 'a/b', 'a_b', '/a', '.', '..', 'a/', '__proto__', 'p:1', secretArn, parameterArn),
  fc.string({ unit: 'binary', maxLength: 8 }),
)
const anyObject = fc.record(
  {
    objectName: name,
    objectType: fc.constantFrom('secretsmanager', 'ssmparameter'),
    objectAlias: name,
    objectVersion: fc.constantFrom('1', ''),
    filePermission: fc.constantFrom('0644', '0600', '7777'),
    jmesPath: fc.array(fc.record({ path: name, objectAlias: name }), { maxLength: 2 }),
    failoverObject: fc.record({ objectName: name }),
  },
  { requiredKeys: ['objectName', 'objectType'] },
)

test('every planned path is clean and unique, and planning is deterministic', () => {
  let planned = 0
  fc.assert(
    fc.property(
      fc.array(anyObject, { minLength: 1, maxLength: 3 }),
      fc.constantFrom('_', 'False', '.'),
      fc.constantFrom(one, two),
      (objects, translation, regions) => {
        const text = JSON.stringify(objects)
        const run = () => {
          try {
            return plan(text, regions, translation)
          } catch (error) {
            assert.ok(error instanceof ProviderError)
            return error.message
          }
        }
        const result = run()
        assert.deepEqual(run(), result)
        if (typeof result === 'string') return
        planned += 1
        const all = result.objects.flatMap(({ file, extracts }) => [
          ...(file === undefined ? [] : [file]),
          ...extracts.map((each) => each.file),
        ])
        const paths = all.map(({ path }) => path)
        assert.equal(new Set(paths).size, paths.length)
        for (const { path, mode } of all) {
          assert.equal(pathProblem(path), undefined)
          assert.ok(!paths.some((other) => other.startsWith(`${path}/`)))
          assert.ok(mode >= 0 && mode <= 0o777)
        }
        for (const { reads } of result.objects) assert.equal(reads.length, regions.length)
      },
    ),
    { numRuns: 2000 },
  )
  assert.ok(planned > 50, `only ${planned} plans were made`)
})

const all = {
  prefix: '',
  include: [],
  exclude: [],
  depth: 1,
  nulls: 'skip',
  optional: false,
  translation: '_',
  mode: 0o644,
}

const expansions: readonly (readonly [fields: string, file: string | undefined, keys: unknown])[] = [
  ['expandKeys: true', undefined, all],
  ['expandKeys: True, filePermission: 0400', undefined, { ...all, mode: 0o400 }],
  ['expandKeys: false', 'a', undefined],
  ['expandKeys: null', 'a', undefined],
  ['expandKeys: {}', undefined, all],
  ['expandKeys: {mountWhole: true}, objectAlias: x', 'x', all],
  [
    'expandKeys: {prefix: p/, include: a*, exclude: [b, 1], depth: 3, nulls: empty, optional: true}',
    undefined,
    { ...all, prefix: 'p/', include: ['a*'], exclude: ['b', '1'], depth: 3, nulls: 'empty', optional: true },
  ],
  ['expandKeys: {flatten: "."}', undefined, { ...all, flatten: '.', depth: Number.POSITIVE_INFINITY }],
  ['expandKeys: {flatten: ".", depth: 2}', undefined, { ...all, flatten: '.', depth: 2 }],
]
for (const [fields, file, keys] of expansions) {
  test(`the files of ${fields}`, () => {
    const [object] = plan(`- {objectName: a, ${sm}, ${fields}}`).objects
    assert.equal(object?.file?.path, file)
    assert.deepEqual(object?.keys, keys)
  })
}

test('an object of which only keys are mounted needs no objectAlias for its failoverObject, and claims no name', () => {
  const objects = `- {objectName: a, ${sm}, expandKeys: true, failoverObject: {objectName: b}}\n- {objectName: a, ${sm}}`
  assert.deepEqual(files(plan(objects, two)), ['a 644'])
})

test('optional is of the object, or of one of its extracts', () => {
  const planned = plan(
    `- {objectName: a, ${sm}, optional: true, jmesPath: [{path: x, objectAlias: b}]}
- {objectName: c, ${sm}, Optional: "False", jmesPath: [{path: x, objectAlias: d, optional: True}]}
- {objectName: e, ${ssm}, optional: }`,
  )
  assert.deepEqual(
    planned.objects.map(({ optional, extracts }) => [optional, extracts.map((each) => each.optional)]),
    [
      [true, [undefined]],
      [undefined, [true]],
      [undefined, []],
    ],
  )
})

test('an empty list is a plan of no objects, and no list is none', () => {
  for (const text of ['[]', '[ ] # nothing', '---\n[]\n']) assert.deepEqual(plan(text).objects, [], text)
})

test('an ssmparameterpath has reads below its path, and members in place of a file', () => {
  const [object] = plan(
    `- {objectName: /app/db/, objectType: ssmparameterpath, objectAlias: a/b, exclude: x*, filePermission: 0400, failoverObject: {objectName: /west}}`,
    two,
  ).objects
  const below = { recursive: true, include: [], exclude: ['x*'], limit: 200 }
  assert.deepEqual(object?.reads, [
    { name: '/app/db/', below },
    { name: '/west', below },
  ])
  assert.equal(object?.file, undefined)
  assert.deepEqual(object?.members, { keepPath: false, directory: 'a_b/', mode: 0o400 })
})
