import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { readJsonDocument } from '../json/json-document.ts'
import { workBudget } from '../json/work-budget.ts'
import type { PlannedKeys } from '../plan/mount-plan.ts'
import { pathProblem } from '../plan/paths/file-name.ts'
import { Sensitive } from '../process/sensitive.ts'
import { expandKeys } from './expand-keys.ts'

const all: PlannedKeys = {
  prefix: '',
  include: [],
  exclude: [],
  depth: 1,
  nulls: 'skip',
  optional: false,
  translation: '_',
  access: { mode: 0o644 },
}

function expanded(json: string, keys: Partial<PlannedKeys> = {}, units?: number) {
  const document = readJsonDocument(new Sensitive(Buffer.from(json)))
  return expandKeys('secret', { ...all, ...keys }, document, workBudget(units))
}

const nested = '{"db":{"user":"u","tls":{"on":true}},"port":1}'
const cases: readonly (readonly [
  name: string,
  json: string,
  keys: Partial<PlannedKeys>,
  files: readonly (readonly [path: string, text: string])[],
])[] = [
  [
    'values of every kind, in the order of the value',
    '{"z":"text","10":9007199254740993,"9":1.10,"t":true,"o":{"b":1,"a":null},"l":[1, "x"],"n":null,"e":""}',
    {},
    [
      ['z', 'text'],
      ['10', '9007199254740993'],
      ['9', '1.10'],
      ['t', 'true'],
      ['o', '{"b":1,"a":null}'],
      ['l', '[1,"x"]'],
      ['e', ''],
    ],
  ],
  ['null as an empty file', '{"n":null}', { nulls: 'empty' }, [['n', '']]],
  [
    'the last of a repeated key',
    '{"a":1,"b":2,"a":3}',
    {},
    [
      ['a', '3'],
      ['b', '2'],
    ],
  ],
  ['a prefix', '{"a":"1"}', { prefix: 'db-' }, [['db-a', '1']]],
  ['slashes translated, in the prefix too', '{"a/b":"1"}', { prefix: 'x/' }, [['x_a_b', '1']]],
  ['slashes as directories', '{"a/b":"1"}', { prefix: 'x/', translation: false }, [['x/a/b', '1']]],
  ['a slash at the beginning dropped', '{"/a":"1"}', { translation: false }, [['a', '1']]],
  ['include', '{"db_a":"1","x":"2"}', { include: ['db_*'] }, [['db_a', '1']]],
  ['exclude', '{"db_a":"1","x":"2"}', { exclude: ['db_*', 'y'] }, [['x', '2']]],
  [
    'exclude after include',
    '{"db_a":"1","db_b":"2"}',
    { include: ['db_*'], exclude: ['*_b'] },
    [['db_a', '1']],
  ],
  ['patterns without the prefix', '{"a":"1"}', { prefix: 'p', include: ['a'] }, [['pa', '1']]],
  [
    'nested objects as JSON',
    nested,
    {},
    [
      ['db', '{"user":"u","tls":{"on":true}}'],
      ['port', '1'],
    ],
  ],
  [
    'two levels',
    nested,
    { depth: 2 },
    [
      ['db/user', 'u'],
      ['db/tls', '{"on":true}'],
      ['port', '1'],
    ],
  ],
  [
    'a prefix of directories',
    nested,
    { depth: 3, prefix: 'p-' },
    [
      ['p-db/user', 'u'],
      ['p-db/tls/on', 'true'],
      ['p-port', '1'],
    ],
  ],
  ['keys with slashes inside directories', '{"a":{"b/c":"1"}}', { depth: 2 }, [['a/b_c', '1']]],
  [
    'flattened',
    nested,
    { depth: Number.POSITIVE_INFINITY, flatten: '_' },
    [
      ['db_user', 'u'],
      ['db_tls_on', 'true'],
      ['port', '1'],
    ],
  ],
  [
    'flattened to a depth',
    nested,
    { depth: 2, flatten: '.' },
    [
      ['db.user', 'u'],
      ['db.tls', '{"on":true}'],
      ['port', '1'],
    ],
  ],
  [
    'patterns of the joined name',
    nested,
    { depth: 3, include: ['db/*'] },
    [
      ['db/user', 'u'],
      ['db/tls/on', 'true'],
    ],
  ],
  [
    'patterns of the flattened name',
    nested,
    { depth: 3, flatten: '_', exclude: ['db_tls*'] },
    [
      ['db_user', 'u'],
      ['port', '1'],
    ],
  ],
  ['a nested object without keys as nothing', '{"a":{},"b":"1"}', { depth: 2 }, [['b', '1']]],
  [
    'names like those of prototypes',
    '{"__proto__":"1","constructor":"2"}',
    {},
    [
      ['__proto__', '1'],
      ['constructor', '2'],
    ],
  ],
  ['nothing where that is fine', '{}', { optional: true }, []],
  ['a bad name that is excluded', '{"..":"1","a":"2"}', { exclude: ['..'] }, [['a', '2']]],
  [
    'five hundred',
    `{${Array.from({ length: 500 }, (_, at) => `"k${at}":"v"`).join(',')},"n":null}`,
    {},
    Array.from({ length: 500 }, (_, at) => [`k${at}`, 'v'] as const),
  ],
]
for (const [name, json, keys, files] of cases) {
  test(`expands ${name}`, () => {
    const found = expanded(json, keys)
    assert.ok('files' in found, inspect(found))
    assert.deepEqual(
      found.files.map(({ path, text }) => [path, text]),
      files,
    )
  })
}

const secret = 'hunter2'
const faults: readonly (readonly [json: string, keys: Partial<PlannedKeys>, code: string, text: RegExp])[] = [
  [secret, {}, 'EXPANDED_NOT_OBJECT', /the value is no JSON/],
  [`["${secret}"]`, {}, 'EXPANDED_NOT_OBJECT', /is a list/],
  [`"${secret}"`, {}, 'EXPANDED_NOT_OBJECT', /is a string/],
  ['null', {}, 'EXPANDED_NOT_OBJECT', /is null/],
  ['{}', {}, 'EXPANDED_NOTHING', /takes none of its 0 keys/],
  [`{"a":"${secret}"}`, { include: ['b'] }, 'EXPANDED_NOTHING', /none of its 1 key:/],
  ['{"a":null}', {}, 'EXPANDED_NOTHING', /none/],
  [`{"":"${secret}"}`, {}, 'EXPANDED_NAME_UNUSABLE', /key "" gives the file name "", which is empty/],
  [`{"..x":"${secret}"}`, {}, 'EXPANDED_NAME_UNUSABLE', /begins with "\.\."/],
  [`{".":"${secret}"}`, {}, 'EXPANDED_NAME_UNUSABLE', /the volume itself/],
  [`{"a/../../b":"${secret}"}`, { translation: false }, 'EXPANDED_NAME_UNUSABLE', /has an element "\.\."/],
  [`{"a":{"..":"${secret}"}}`, { depth: 2 }, 'EXPANDED_NAME_UNUSABLE', /key "a\/\.\." gives/],
  [`{"":{"b":"${secret}"}}`, { depth: 2, translation: false }, 'EXPANDED_NAME_UNUSABLE', /empty element/],
  [`{"a\\u0000":"${secret}"}`, {}, 'EXPANDED_NAME_UNUSABLE', /NUL/],
  [`{"${'x'.repeat(256)}":"${secret}"}`, {}, 'EXPANDED_NAME_UNUSABLE', /255 bytes/],
  [`{"\\ud800":"${secret}"}`, {}, 'EXPANDED_NAME_UNUSABLE', /half of a character/],
  [
    `{${Array.from({ length: 501 }, (_, at) => `"k${at}":"${secret}"`).join(',')}}`,
    {},
    'EXPANDED_TOO_MANY',
    /takes more than 500 keys/,
  ],
  [`${'{"a":'.repeat(9000)}"${secret}"${'}'.repeat(9000)}`, {}, 'EXPANDED_TOO_COSTLY', /levels deep/],
  [
    `${'{"a":'.repeat(9000)}"${secret}"${'}'.repeat(9000)}`,
    { depth: Number.POSITIVE_INFINITY },
    'EXPANDED_TOO_COSTLY',
    /levels deep/,
  ],
]
for (const [json, keys, code, text] of faults) {
  test(`${json.slice(0, 20)} is ${code}, without the value`, () => {
    const found = expanded(json, keys)
    assert.ok('faults' in found)
    const [only, ...more] = found.faults
    assert.deepEqual(more, [])
    assert.equal(only?.code, code)
    assert.match(only?.message ?? '', text)
    assert.doesNotMatch(inspect(found, { depth: 9 }), new RegExp(secret))
  })
}

test('many patterns on many keys are stopped', () => {
  const json = `{${Array.from({ length: 5000 }, (_, at) => `"k${at}":"v"`).join(',')}}`
  const include = Array.from({ length: 5000 }, (_, at) => `no${at}*`)
  const found = expanded(json, { include })
  assert.ok('faults' in found)
  assert.equal(found.faults[0]?.code, 'EXPANDED_TOO_COSTLY')
})

test('whatever the keys, each path can stand in a volume, and no bad name says more than ten times so', () => {
  const key = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'ab/.\\\0-é'), maxLength: 6 }),
    fc.constantFrom('..', '.', '', '/', '//', '../..', '__proto__'),
  )
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, fc.string(), fc.dictionary(key, tie('value'), { maxKeys: 4 })),
  })).value
  const keys = fc.record({
    prefix: fc.constantFrom('', 'p', 'p/', '/', '../'),
    depth: fc.constantFrom(1, 2, 9),
    translation: fc.constantFrom('_', '.', false as const),
  })
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 12 }), keys, (data, wanted) => {
      const found = expanded(JSON.stringify(data), { ...wanted, optional: true })
      if ('faults' in found) assert.ok(found.faults.length >= 1 && found.faults.length <= 10)
      else for (const { path } of found.files) assert.equal(pathProblem(path), undefined)
    }),
  )
})
