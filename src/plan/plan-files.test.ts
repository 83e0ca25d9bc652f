import assert from 'node:assert/strict'
import { test } from 'node:test'
import { files, one, plan, secretArn, sm, ssm } from '../../test/fixtures/plan.ts'

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
