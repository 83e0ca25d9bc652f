import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import { MountFaults, ProviderError } from '../errors/provider-error.ts'
import type { MountPlan, PlannedObject } from '../plan/mount-plan.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { ObjectValue } from '../store/object-value.ts'
import { buildFiles as buildWithin } from './build-files.ts'

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

const maxBytes = 100_000

function buildFiles(planned: MountPlan, values: readonly ObjectValue[]) {
  return buildWithin(planned, values, maxBytes)
}

function plan(...objects: readonly PlannedObject[]): MountPlan {
  return { regions: ['us-east-1'], objects, warnings: [] }
}

function value(content: string | Uint8Array, version = 'v1'): ObjectValue {
  return { version, region: 'us-east-1', content: new Sensitive(Buffer.from(content)) }
}

function extractOf(json: string | Uint8Array, expression: string): string {
  const [, file] = buildFiles(plan(object('secret', { out: expression })), [value(json)])
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
]
for (const [json, expression, result] of extracts) {
  test(`${expression} of ${JSON.stringify(json)} is the file ${JSON.stringify(result)}`, () =>
    assert.equal(extractOf(json, expression), result))
}

const secret = 'hunter2'
const faults: readonly (readonly [
  json: string | Uint8Array,
  expression: string,
  code: string,
  text: RegExp,
])[] = [
  [`{"a":"${secret}"}`, 'b', 'EXTRACT_NOT_STRING', /"secret".*"b" finds nothing/],
  [`{"a":null,"b":"${secret}"}`, 'a', 'EXTRACT_NOT_STRING', /missing or null/],
  ['{"a":12345678}', 'a', 'EXTRACT_NOT_STRING', /gives a number/],
  ['{"a":true}', 'a', 'EXTRACT_NOT_STRING', /gives a boolean/],
  [`{"a":["${secret}"]}`, 'a', 'EXTRACT_NOT_STRING', /gives a list/],
  [`{"a":{"b":"${secret}"}}`, 'a', 'EXTRACT_NOT_STRING', /gives an object/],
  ['{}', 'constructor', 'EXTRACT_NOT_STRING', /finds nothing/],
  [secret, 'a', 'EXTRACT_NOT_JSON', /is not JSON/],
  [`{"a":"${secret}`, 'a', 'EXTRACT_NOT_JSON', /is not JSON/],
  [Uint8Array.of(0x22, 0xff, 0x22), '@', 'EXTRACT_NOT_JSON', /is not JSON/],
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

test('many costly expressions are stopped together, and everyday ones fit by the hundred', () => {
  const many = (count: number, expression: string) =>
    plan(object('one', Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, expression]))))
  const json = value(
    JSON.stringify({ list: Array.from({ length: 100 }, (_, at) => ({ k: `k${at}`, v: 'v' })) }),
  )
  assert.equal(buildFiles(many(500, "list[?k=='k7'].v | [0]"), [json]).length, 501)
  const costly = `length(to_string([${'@,'.repeat(100)}@]))`
  assert.throws(() => buildFiles(many(2, costly), [json]), { code: 'EXTRACT_NOT_STRING' })
  assert.throws(
    () => buildFiles(many(500, costly), [json]),
    (error: unknown) => error instanceof MountFaults && error.faults.at(-1)?.code === 'EXTRACT_TOO_COSTLY',
  )
})

test('never gives zero files, nor a file without its value', () => {
  assert.throws(() => buildFiles(plan(), []), { code: 'VOLUME_EMPTY' })
  assert.throws(() => buildFiles(plan(object('one')), []), { code: 'INTERNAL_FAULT' })
})

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
  const json = JSON.stringify({ u: 'x'.repeat(30_000) })
  const thrice = plan(object('one', { a: 'u', b: 'u', c: 'u' }))
  assert.throws(() => buildFiles(thrice, [value(json)]), tooLarge(120_008, /of 100000/))
  assert.equal(buildFiles(plan(object('one', { a: 'u', b: 'u' })), [value(json)]).length, 3)
})
