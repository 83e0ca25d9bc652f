import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { MountFaults, ProviderError } from '../errors/provider-error.ts'
import type { MountPlan, PlannedExtract, PlannedKeys, PlannedObject } from '../plan/mount-plan.ts'
import { atOnce } from '../process/in-turns.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { ObjectSet, ObjectValue, PlanValues, ReadValue } from '../store/object-value.ts'
import { absentFrom, buildFiles as buildWithin } from './build-files.ts'

const maxBytes = 100_000
const heedless = () => undefined

function buildFiles(planned: MountPlan, values: PlanValues) {
  return atOnce(buildWithin(planned, values, maxBytes, heedless))
}

function object(name: string, extracts: Readonly<Record<string, string>> = {}): PlannedObject {
  return {
    name,
    store: 'secretsmanager',
    reads: [{ name }],
    file: { path: name, mode: 0o644 },
    extracts: Object.entries(extracts).map(([path, expression]) => ({
      expression,
      file: { path, mode: 0o400 },
    })),
  }
}

function plan(...objects: readonly PlannedObject[]): MountPlan {
  return { regions: ['us-east-1'], objects, warnings: [] }
}

function value(content: string | Uint8Array, version = 'v1'): ObjectValue {
  return { version, region: 'us-east-1', content: new Sensitive(Buffer.from(content)) }
}

function extractOf(
  json: string | Uint8Array,
  expression: string,
  rest: Pick<PlannedExtract, 'format' | 'optional'> = {},
): string {
  const planned = object('secret', { out: expression })
  const extracts = planned.extracts.map((each) => ({ ...each, ...rest }))
  const [, file] = buildFiles(plan({ ...planned, extracts }), [value(json)])
  return Buffer.from(file?.content.reveal() ?? []).toString()
}

test('gives each object whole, then its extracts, with modes and the version of the object', () => {
  const files = buildFiles(plan(object('one', { user: 'u', pass: 'p' }), object('two')), [
    value('{"u":"admin","p":""}', 'v7'),
    value(Uint8Array.of(0xff, 0), '3'),
  ])
  assert.deepEqual(
    files.map(({ path, mode, version, content }) => [
      path,
      mode,
      version,
      Buffer.from(content.reveal()).toString('hex'),
    ]),
    [
      ['one', 0o644, 'v7', Buffer.from('{"u":"admin","p":""}').toString('hex')],
      ['user', 0o400, 'v7', Buffer.from('admin').toString('hex')],
      ['pass', 0o400, 'v7', ''],
      ['two', 0o644, '3', 'ff00'],
    ],
  )
})

const extracts: readonly (readonly [json: string, expression: string, result: string])[] = [
  ['{"a":"é"}', 'a', 'é'],
  ['\ufeff{"a":"x"}', 'a', 'x'],
  ['{"__proto__":"p"}', '"__proto__"', 'p'],
  ['{"hasOwnProperty":"p"}', 'hasOwnProperty', 'p'],
  ['{"a":1}', 'to_string(a)', '1'],
  ['"whole"', '@', 'whole'],
  ['{"a":9007199254740993}', 'a', '9007199254740993'],
  ['{"a":12345678901234567890}', 'to_string(a)', '12345678901234567890'],
  ['{"a":1.10}', 'a', '1.10'],
  ['{"a":-0}', 'a', '-0'],
  ['{"a":1e400,"b":true}', 'b', 'true'],
  ['{"a":1e400}', 'a', '1e400'],
  ['{"a":false}', 'a', 'false'],
  ['{"z":1,"10":2}', 'to_string(@)', '{"z":1,"10":2}'],
]
for (const [json, expression, result] of extracts) {
  test(`${expression} of ${JSON.stringify(json)} is the file ${JSON.stringify(result)}`, () =>
    assert.equal(extractOf(json, expression), result))
}

const formats: readonly (readonly [json: string, expression: string, asJson: string, asYaml: string])[] = [
  [
    '{"z":[1.10,{"10":"<é>","9":null}]}',
    '@',
    '{"z":[1.10,{"10":"<é>","9":null}]}',
    'z:\n  - 1.10\n  -\n    "10": "<é>"\n    "9": null',
  ],
  [' { "a" : [ 1 , 2 ] } ', 'a', '[1,2]', '- 1\n- 2'],
  ['{"a":"text"}', 'a', '"text"', '"text"'],
  ['{"a":1e400}', 'a', '1e400', '1e400'],
  ['{}', '@', '{}', '{}'],
]
for (const [json, expression, asJson, asYaml] of formats) {
  test(`${expression} of ${json} with a format`, () => {
    assert.equal(extractOf(json, expression, { format: { kind: 'json' } }), asJson)
    assert.equal(extractOf(json, expression, { format: { kind: 'yaml' } }), asYaml)
  })
}

test('an optional extract that finds nothing is no file, and one that finds something is', () => {
  const extracts = ['here', 'gone', 'none'].map((key) => ({
    expression: key,
    file: { path: key, mode: 0o644 },
    optional: true as const,
  }))
  const files = buildFiles(plan({ ...object('secret'), extracts }), [value('{"here":"","none":null}')])
  assert.deepEqual(
    files.map(({ path }) => path),
    ['secret', 'here'],
  )
})

test('null is an error with a format too, and an optional extract excuses nothing else', () => {
  assert.throws(() => extractOf('{}', 'a', { format: { kind: 'json' } }), { code: 'EXTRACT_NOT_STRING' })
  assert.throws(() => extractOf('{"a":[]}', 'a', { optional: true }), { code: 'EXTRACT_NOT_STRING' })
  assert.throws(() => extractOf('x', 'a', { optional: true }), { code: 'EXTRACT_NOT_JSON' })
})

const secret = 'hunter2'
const faults: readonly (readonly [
  json: string | Uint8Array,
  expression: string,
  code: string,
  text: RegExp,
])[] = [
  [`{"a":"${secret}"}`, 'b', 'EXTRACT_NOT_STRING', /"secret".*"b" for the file "out" finds nothing/],
  [`{"a":null,"b":"${secret}"}`, 'a', 'EXTRACT_NOT_STRING', /missing or null/],
  [`{"a":["${secret}"]}`, 'a', 'EXTRACT_NOT_STRING', /gives a list/],
  [`{"a":{"b":"${secret}"}}`, 'a', 'EXTRACT_NOT_STRING', /gives an object/],
  ['{}', 'constructor', 'EXTRACT_NOT_STRING', /finds nothing/],
  [secret, 'a', 'EXTRACT_NOT_JSON', /is not JSON/],
  ['{"a":12345678', 'a', 'EXTRACT_NOT_JSON', /is not JSON/],
  [`{"a":"${secret}`, 'a', 'EXTRACT_NOT_JSON', /is not JSON/],
  [Uint8Array.of(0x22, 0xff, 0x22), '@', 'EXTRACT_NOT_JSON', /binary value is not valid UTF-8/],
  [Uint8Array.of(0xff, 0xfe), '@', 'EXTRACT_NOT_JSON', /is not JSON/],
  [`{"a":"${secret}"}`, 'abs(a)', 'EXTRACT_FAILED', /takes a number.*gets a string/],
  [`{"a":"${secret}"}`, 'a[', 'EXTRACT_EXPRESSION_INVALID', /character 3/],
  [`{"a":"${secret}"}`, `${'[@,@]|'.repeat(50)}to_string(@)`, 'EXTRACT_TOO_COSTLY', /too much work/],
  [`{"a":${'['.repeat(9000)}${']'.repeat(9000)}}`, 'to_string(a)', 'EXTRACT_TOO_COSTLY', /levels deep/],
]
for (const [json, expression, code, text] of faults) {
  test(`${expression.slice(0, 20)} of ${String(json).slice(0, 20)} is ${code}, without the value`, () => {
    assert.throws(
      () => extractOf(json, expression),
      (error: unknown) => {
        assert.ok(error instanceof ProviderError)
        assert.equal(error.code, code)
        assert.match(error.message, text)
        assert.doesNotMatch(error.message, /\n/)
        assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), new RegExp(`${secret}|12345678`))
        return true
      },
    )
  })
}

const mixed = Buffer.concat([
  Buffer.from('{"good":"é","n":1,"list":["é"],"bad":"'),
  Uint8Array.of(0xff),
  Buffer.from('"}'),
])

test('of a binary value that is not UTF-8 in one place, an extract from elsewhere is mounted', () => {
  assert.equal(extractOf(mixed, 'good'), 'é')
  assert.equal(extractOf(mixed, 'n'), '1')
  for (const [expression, extra] of [
    ['bad', {}],
    ['to_string(@)', {}],
    ['list', { format: { kind: 'json' } }],
  ] as const)
    assert.throws(() => extractOf(mixed, expression, extra), { code: 'EXTRACT_NOT_JSON' })
})

test('of a binary value that is not UTF-8 its formats are not mounted', () => {
  const formatted = { ...object('one'), format: { kind: 'json' as const } }
  assert.throws(() => buildFiles(plan(formatted), [value(mixed)]), { code: 'FORMAT_NOT_OBJECT' })
})

const nothings: readonly (readonly [json: string, expression: string, isOfNothing: boolean])[] = [
  ['{}', 'to_string(a)', true],
  ['{"a":null}', 'to_string(a)', true],
  ['{"a":{}}', 'a.to_string(b)', true],
  ['{"a":{}}', 'a | to_string(b)', true],
  ['{}', 'b || to_string(a)', true],
  ['{"a":"null"}', 'to_string(a)', false],
  ['{"a":"null"}', 'a', false],
  ['{"b":"null"}', 'b || to_string(a)', false],
  ['{}', "'null'", false],
]
for (const [json, expression, isOfNothing] of nothings) {
  test(`${expression} of ${json} is the text null, ${isOfNothing ? 'made of nothing' : 'which is meant'}`, () => {
    let heard = 0
    const planned = plan(object('secret', { out: expression }))
    const building = buildWithin(planned, [value(json)], maxBytes, () => {
      heard += 1
      return undefined
    })
    const files = atOnce(building)
    assert.equal(Buffer.from(files[1]?.content.reveal() ?? []).toString(), 'null')
    assert.equal(heard, isOfNothing ? 1 : 0)
  })
}

test('a && to_string(a) finds nothing where a is missing, and an optional to_string(a) leaves its file out', () => {
  assert.throws(() => extractOf('{}', 'a && to_string(a)'), { code: 'EXTRACT_NOT_STRING' })
  const planned = object('secret', { out: 'to_string(a)' })
  const extracts = planned.extracts.map((each) => ({ ...each, optional: true as const }))
  assert.equal(buildFiles(plan({ ...planned, extracts }), [value('{}')]).length, 1)
})

test('collects the faults of all objects in the order of the plan', () => {
  const objects = plan(object('one', { a: 'a', b: 'b[' }), object('two'), object('three', { c: 'c' }))
  assert.throws(
    () => buildFiles(objects, [value('{}'), value('x'), value('no json')]),
    (error: unknown) => {
      assert.ok(error instanceof MountFaults)
      assert.deepEqual(
        error.faults.map(({ code }) => code),
        ['EXTRACT_NOT_STRING', 'EXTRACT_EXPRESSION_INVALID', 'EXTRACT_NOT_JSON'],
      )
      return true
    },
  )
})

test('texts that are equal are made into bytes once', () => {
  const json = value('{"a":"same","b":"same","c":"other"}')
  const [, a, b, c] = buildFiles(plan(object('one', { a: 'a', b: 'b', c: 'c' })), [json])
  assert.equal(a?.content, b?.content)
  assert.equal(Buffer.from(c?.content.reveal() ?? []).toString(), 'other')
})

test('one expression has a quarter of the work of a mount, and others go on beside it', () => {
  const list = JSON.stringify(Array.from({ length: 1_000 }, (_, at) => at))
  const costly = `length(to_string([${'@,'.repeat(300)}@]))`
  const extracted = object('one', { costly, other: 'to_string([0])' })
  assert.throws(() => buildFiles(plan(extracted), [value(list)]), { code: 'EXTRACT_TOO_COSTLY' })
  assert.equal(buildFiles(plan(object('one', { other: 'to_string([0])' })), [value(list)]).length, 2)
})

test('building pauses before each object, each extract and each composed file', () => {
  const planned: MountPlan = {
    ...plan(object('one', { a: 'a', b: 'a' }), object('two')),
    compositions: [
      {
        position: 2,
        file: { path: 'c', mode: 0o644 },
        firstObject: 1,
        parts: [{ name: 'p' }],
        content: { kind: 'text', template: [{ part: 'p' }] },
      },
    ],
  }
  const building = buildWithin(planned, [value('{"a":"x"}'), value('two')], maxBytes, heedless)
  const pauses: boolean[] = []
  for (let step = building.next(); step.done !== true; step = building.next()) pauses.push(true)
  // Of the composed file: before it, before its part and at its placeholder.
  assert.equal(pauses.length, 2 + 2 + 3)
})

test('many costly expressions are stopped together, and everyday ones fit by the hundred', () => {
  const many = (count: number, expression: string) =>
    plan(object('one', Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, expression]))))
  const json = value(
    JSON.stringify({ list: Array.from({ length: 100 }, (_, at) => ({ k: `k${at}`, v: 'v' })) }),
  )
  assert.equal(buildFiles(many(500, "list[?k=='k7'].v | [0]"), [json]).length, 501)
  const costly = `to_array(length(to_string([${'@,'.repeat(100)}@])))`
  assert.throws(() => buildFiles(many(2, costly), [json]), { code: 'EXTRACT_NOT_STRING' })
  assert.throws(
    () => buildFiles(many(500, costly), [json]),
    (error: unknown) => error instanceof MountFaults && error.faults.at(-1)?.code === 'EXTRACT_TOO_COSTLY',
  )
})

test('an object without its value is a defect, unless it is optional', () => {
  assert.throws(() => buildFiles(plan(object('one')), []), { code: 'INTERNAL_FAULT' })
  const optional = { ...object('two', { user: 'u' }), optional: true } as const
  const both = plan(object('one'), optional)
  const files = buildFiles(both, [value('{}'), undefined])
  assert.deepEqual(
    files.map(({ path }) => path),
    ['one'],
  )
  assert.deepEqual(absentFrom(both, files), { absent: ['two', 'user'], lacksUnnamed: false })
  assert.deepEqual(buildFiles(plan(optional), [undefined]), [])
  assert.deepEqual(buildFiles(plan(), []), [])
})

function keysOf(more: Partial<PlannedKeys> = {}): PlannedKeys {
  const names = { prefix: '', include: [], exclude: [], depth: 1, translation: '_' }
  return { ...names, nulls: 'skip', optional: false, access: { mode: 0o400 }, ...more }
}

test('keys are files of the version and mode of their object, in place of the whole or beside it', () => {
  const { file: _, ...alone } = { ...object('one', { user: 'u' }), keys: keysOf() }
  const beside = { ...object('two'), keys: keysOf({ prefix: 'two-' }) }
  const files = buildFiles(plan(alone, beside), [value('{"u":"a","p":1.0}', 'v1'), value('{"u":"b"}', 'v2')])
  assert.deepEqual(
    files.map(({ path, mode, version, source }) => [path, mode, version, source.key ?? source.jmesPath]),
    [
      ['user', 0o400, 'v1', 'u'],
      ['u', 0o400, 'v1', 'u'],
      ['p', 0o400, 'v1', 'p'],
      ['two', 0o644, 'v2', undefined],
      ['two-u', 0o400, 'v2', 'u'],
    ],
  )
})

const collisions: readonly (readonly [name: string, objects: readonly PlannedObject[], message: RegExp])[] = [
  [
    'of two objects',
    [
      { ...object('one'), keys: keysOf() },
      { ...object('two'), keys: keysOf() },
    ],
    /^object "two", key "a" \(entry 2 of objects\): duplicate file name "a", which object "one", key "a" \(entry 1 of objects\) writes too/,
  ],
  [
    'with another object',
    [object('a'), { ...object('two'), keys: keysOf() }],
    /key "a".*which object "a" \(entry 1/,
  ],
  ['with an extract', [{ ...object('one', { a: 'a' }), keys: keysOf() }], /key "a".*jmesPath "a"/],
  [
    'with a directory',
    [object('a/b'), { ...object('two'), keys: keysOf() }],
    /"a" cannot be a file and a directory/,
  ],
]
for (const [name, objects, message] of collisions) {
  test(`a key that collides ${name} fails the mount`, () => {
    const values = objects.map(() => value(`{"a":"${secret}"}`))
    assert.throws(
      () => buildFiles(plan(...objects), values),
      (error: unknown) => {
        assert.ok(error instanceof ProviderError)
        assert.equal(error.code, 'EXPANDED_COLLISION')
        assert.match(error.message, message)
        assert.doesNotMatch(inspect(error, { depth: 9 }), new RegExp(secret))
        return true
      },
    )
  })
}

test('two keys of one name after translation collide', () => {
  const keyed = { ...object('one'), keys: keysOf() }
  assert.throws(() => buildFiles(plan(keyed), [value('{"a/b":1,"a_b":2}')]), { code: 'EXPANDED_COLLISION' })
})

test('optional keys alone, of which there is none, are an empty volume', () => {
  const { file: _, ...alone } = { ...object('one'), keys: keysOf({ optional: true }) }
  assert.deepEqual(buildFiles(plan(alone), [value('{}')]), [])
})

/** An object that stands for many, each with its keys. */
function setOf(name: string, keys?: PlannedKeys): PlannedObject {
  const { file: _, ...rest } = object(name)
  return {
    ...rest,
    ...(keys === undefined ? {} : { keys }),
    members: { directory: '', translation: false, access: { mode: 0o644 } },
  }
}

function membersOf(count: number, text: string): ObjectSet {
  const members = Array.from({ length: count }, (_, at) => ({
    name: `m${at}`,
    below: `m${at}`,
    value: value(text),
  }))
  return { members }
}

const fiveHundred = JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`k${at}`, at])))

const tooMany: readonly (readonly [name: string, object: PlannedObject, value: ReadValue])[] = [
  ['members of sets', setOf('all'), membersOf(1_500, 'x')],
  ['keys of members', setOf('all', keysOf()), membersOf(4, fiveHundred)],
  ['keys', { ...object('one'), keys: keysOf() }, value(fiveHundred)],
]
for (const [name, planned, each] of tooMany) {
  test(`more files than a volume may have, of ${name}: the work ends there`, () => {
    const objects = Array.from({ length: 600 }, (_, at) => ({ ...planned, position: at + 1 }))
    const values = objects.map(() => each)
    let steps = 0
    assert.throws(
      () => {
        for (const _ of buildWithin(plan(...objects), values, 2 ** 30, heedless)) steps += 1
      },
      { code: 'TOO_MANY_FILES', message: /4001 files and more, and a volume may have at most 4000/ },
    )
    assert.ok(steps <= 4_001, `${steps}`)
  })
}

test('bad names of thousands of objects are not all told', () => {
  const planned = Array.from({ length: 3_000 }, () => ({ ...object('one'), keys: keysOf() }))
  const bad = value(JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`..${at}`, 1]))))
  const values = planned.map(() => bad)
  assert.throws(
    () => atOnce(buildWithin(plan(...planned), values, 2 ** 30, heedless)),
    (error: unknown) => error instanceof MountFaults && error.faults.length < 1_100,
  )
})

test('a key of a member is held against the rules of names where it lies, and not alone', () => {
  const files = buildFiles(plan(setOf('all', keysOf())), [membersOf(1, '{"..data":1}')])
  assert.deepEqual(
    files.map(({ path }) => path),
    ['m0/..data'],
  )
  const deep = JSON.stringify({ [`${`${'d'.repeat(200)}/`.repeat(20)}e`]: 1 })
  const long = { ...membersOf(1, deep) }
  const members = long.members.map((each) => ({ ...each, below: 'm'.repeat(200) }))
  const keys = keysOf({ translation: false })
  assert.throws(() => buildFiles(plan(setOf('all', keys)), [{ members }]), {
    code: 'EXPANDED_NAME_UNUSABLE',
    message: /longer than 4096 bytes/,
  })
  assert.equal(buildFiles(plan({ ...object('one'), keys }), [value(deep)]).length, 2)
})

test('objects whose files have no names in the plan are known to be absent', () => {
  const keyed = { ...alone(object('one')), keys: keysOf(), optional: true } as const
  const set = { ...setOf('two'), optional: true } as const
  const both = plan({ ...keyed, position: 1 }, { ...set, position: 2 })
  const files = (values: PlanValues) => absentFrom(both, buildFiles(both, values))
  const all = { absent: [], lacksUnnamed: false }
  assert.deepEqual(files([value('{"a":1}'), membersOf(1, 'x')]), all)
  assert.deepEqual(files([undefined, membersOf(1, 'x')]), { ...all, lacksUnnamed: true })
  assert.deepEqual(files([value('{"a":1}'), undefined]), { ...all, lacksUnnamed: true })
})

const base64 = (text: string) => Buffer.from(text).toString('base64')
const json64 = base64('{"a":"YQ==","n":1}')
const encoded: readonly (readonly [
  name: string,
  object: PlannedObject,
  value: string,
  files: readonly string[],
])[] = [
  ['a value', { ...object('one'), encoding: 'base64' }, 'YQ==\n', ['one=a']],
  ['a value in hex', { ...object('one'), encoding: 'hex' }, '6162', ['one=ab']],
  [
    'an extract of its own encoding',
    {
      ...object('one'),
      extracts: [{ expression: 'a', file: { path: 'x', mode: 0o644 }, encoding: 'base64url' }],
    },
    '{"a":"YQ"}',
    ['one={"a":"YQ"}', 'x=a'],
  ],
  [
    'an extract of the decoded value',
    { ...object('one', { x: 'a' }), encoding: 'base64', decodeFirst: true },
    json64,
    ['one={"a":"YQ==","n":1}', 'x=YQ=='],
  ],
  [
    'each key',
    { ...alone(object('one')), keys: keysOf(), encoding: 'base64' },
    '{"a":"YQ==","b":""}',
    ['a=a', 'b='],
  ],
  [
    'each key, null as nothing',
    { ...alone(object('one')), keys: keysOf({ nulls: 'empty' }), encoding: 'hex' },
    '{"a":null}',
    ['a='],
  ],
  [
    'each key, beside the whole as it is',
    { ...object('one'), keys: keysOf(), encoding: 'hex' },
    '{"a":"61"}',
    ['one={"a":"61"}', 'a=a'],
  ],
  [
    'keys of the decoded value as they are',
    { ...alone(object('one')), keys: keysOf(), encoding: 'base64', decodeFirst: true },
    json64,
    ['a=YQ==', 'n=1'],
  ],
]
for (const [name, planned, text, files] of encoded) {
  test(`decodes ${name}`, () => {
    assert.deepEqual(
      buildFiles(plan(planned), [value(text)]).map(
        ({ path, content }) => `${path}=${Buffer.from(content.reveal()).toString()}`,
      ),
      files,
    )
  })
}

test('decodes bytes that are no text', () => {
  const [file] = buildFiles(plan({ ...object('one'), encoding: 'base64' }), [value('/wA=')])
  assert.deepEqual(Buffer.from(file?.content.reveal() ?? []), Buffer.of(0xff, 0))
})

const undecodable: readonly (readonly [
  object: PlannedObject,
  value: string | Uint8Array,
  code: string,
  text: RegExp,
])[] = [
  [
    { ...object('one'), encoding: 'base64' },
    secret,
    'VALUE_NOT_ENCODED',
    /^object "one": the value is not base64 at character 7: its last bits/,
  ],
  [
    { ...object('one'), encoding: 'hex' },
    Uint8Array.of(0x61, 0xff),
    'VALUE_NOT_ENCODED',
    /not hex at character 2/,
  ],
  [
    { ...object('one'), encoding: 'hex', decodeFirst: true, ...object('one', { x: 'a' }) },
    secret,
    'VALUE_NOT_ENCODED',
    /"one": the value/,
  ],
  [
    { ...object('one'), extracts: [{ expression: 'n', file: { path: 'x', mode: 0o644 }, encoding: 'hex' }] },
    '{"n":12345678}',
    'VALUE_NOT_TEXT',
    /^object "one", jmesPath "n": the value is a number, and only a string can be hex/,
  ],
  [
    { ...alone(object('one')), keys: keysOf(), encoding: 'hex' },
    `{"k":["${secret}"]}`,
    'VALUE_NOT_TEXT',
    /key "k": the value is a list/,
  ],
  [
    { ...alone(object('one')), keys: keysOf(), encoding: 'hex' },
    `{"k":"${secret}"}`,
    'VALUE_NOT_ENCODED',
    /key "k": the value is not hex at character 1/,
  ],
]
for (const [planned, text, code, message] of undecodable) {
  test(`what is not of its encoding is ${code}, without the value: ${message}`, () => {
    assert.throws(
      () => buildFiles(plan(planned), [value(text)]),
      (error: unknown) => {
        assert.ok(error instanceof ProviderError)
        assert.equal(error.code, code)
        assert.match(error.message, message)
        assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), new RegExp(`${secret}|12345678`))
        return true
      },
    )
  })
}

/** An object of which the whole value is not mounted. */
function alone({ file: _, ...rest }: PlannedObject): PlannedObject {
  return rest
}

test('what comes to more than a volume may hold is refused with its size: whole values, then what is found in them', () => {
  const tooLarge = (bytes: number, words: RegExp) => (error: unknown) => {
    assert.ok(error instanceof ProviderError)
    assert.equal(error.code, 'VOLUME_TOO_LARGE')
    assert.match(error.message, new RegExp(`come to ${bytes} bytes`))
    assert.match(error.message, words)
    return true
  }
  const large = value('x'.repeat(50_001))
  assert.throws(
    () => buildFiles(plan(object('one'), object('two')), [large, large]),
    tooLarge(100_002, /of 100000/),
  )
  const leftOut = { ...value(''), leftOut: 60_000 }
  const extracted = plan(object('one'), object('two', { u: 'u' }))
  assert.throws(() => buildFiles(extracted, [large, leftOut]), tooLarge(110_001, /without those of jmesPath/))
  // A value without its content is never mounted as an empty file, whatever the sum says.
  const few = { ...value(''), leftOut: 4 }
  assert.throws(() => buildFiles(plan(object('one')), [few]), tooLarge(4, /of 100000/))
  const members = [{ name: 'm', below: 'm', value: few }]
  assert.throws(() => buildFiles(plan(alone(object('one'))), [{ members }]), tooLarge(4, /of 100000/))
  const json = JSON.stringify({ u: 'x'.repeat(30_000) })
  const thrice = plan(object('one', { a: 'u', b: 'u', c: 'u' }))
  assert.throws(() => buildFiles(thrice, [value(json)]), tooLarge(120_008, /of 100000/))
  assert.equal(buildFiles(plan(object('one', { a: 'u', b: 'u' })), [value(json)]).length, 3)
})

test('what is written in a format, or composed, is made as far as the volume has room', () => {
  const json = JSON.stringify({ a: '\u0001'.repeat(8_000) })
  const [extract] = object('one', { f: '{a: a, b: a}' }).extracts
  const formatted = ['json', 'yaml', 'toml', 'properties'] as const
  for (const kind of formatted) {
    const extracts = extract === undefined ? [] : [{ ...extract, format: { kind } }]
    assert.throws(() => buildFiles(plan({ ...object('one'), extracts }), [value(json)]), roomFault, kind)
  }
  const structure = { items: [{ part: 'p' }, { part: 'p' }] }
  const template = [{ part: 'p', quoting: 'json' }, 'and', { part: 'p', quoting: 'json' }] as const
  const contents = [
    { kind: 'json', structure },
    { kind: 'yaml', structure },
    { kind: 'text', template },
  ] as const
  for (const content of contents) {
    const parts = [{ name: 'p' }]
    const compositions = [{ position: 1, file: { path: 'c', mode: 0o644 }, firstObject: 0, parts, content }]
    const planned = { ...plan(alone(object('one'))), compositions }
    assert.throws(() => buildFiles(planned, [value('\u0001'.repeat(9_000))]), roomFault, content.kind)
  }
})

const roomFault = { code: 'VOLUME_TOO_LARGE', message: /come to 100001 bytes or more, over the limit/ }

test('a fault of a jmesPath names the file that it was for', () => {
  assert.throws(
    () => buildFiles(plan(object('one', { first: 'a', second: 'b' })), [value('{"a":"x"}')]),
    /object "one": its jmesPath "b" for the file "second" finds nothing/,
  )
})
