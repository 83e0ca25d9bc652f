import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonText } from './json-text.ts'
import { parseJson } from './parse-json.ts'
import { workBudget } from './work-budget.ts'

/** A text read and written again, without what JSON calls insignificant. */
function again(text: string): string | undefined {
  const read = parseJson(text)
  return read === undefined ? undefined : jsonText(read.value, workBudget())
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 1, maxLength: 40 })
const anyNumber = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      fc.tuple(fc.constantFrom(...'123456789'), digits).map((each) => each.join('')),
    ),
    fc.option(digits, { nil: undefined }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E'), fc.constantFrom('', '+', '-'), digits), { nil: undefined }),
  )
  .map(
    ([sign, whole, fraction, exponent]) =>
      sign + whole + (fraction === undefined ? '' : `.${fraction}`) + (exponent ?? []).join(''),
  )

test('any number text comes out as it went in, alone and inside', () => {
  fc.assert(
    fc.property(anyNumber, (number) => {
      assert.ok(isJson(number))
      assert.equal(again(number), number)
      assert.equal(again(`{"a":[${number}]}`), `{"a":[${number}]}`)
    }),
  )
})

test('any value comes out as JSON.stringify writes it', () => {
  const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', '10', '9', '', 'constructor'))
  const { value: anyValue } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom('null', 'true', 'false', '[]', '{}'),
      anyNumber,
      fc.string({ unit: 'binary' }).map((text) => JSON.stringify(text)),
      fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
      fc
        .uniqueArray(fc.tuple(key, tie('value')), { selector: ([name]) => name, maxLength: 4 })
        .map((pairs) => `{${pairs.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
    ),
  }))
  fc.assert(fc.property(anyValue, (text) => assert.equal(again(text), text)))
})

test('takes exactly the texts that JSON.parse takes', () => {
  const piece = fc.constantFrom(
    ...'{}[]:,"\\/ \t\n\r01-+.eEu',
    ...[
      'true',
      'false',
      'null',
      '"a"',
      '"a":',
      '\\u00e9',
      '\\ud800',
      '\u0000',
      '\ufeff',
      '\u00a0',
      '-0',
      '1e5',
    ],
  )
  let taken = 0
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('')
      assert.equal(parseJson(text) !== undefined, isJson(text), JSON.stringify(text))
      if (isJson(text)) taken++
    }),
    { numRuns: 20_000 },
  )
  assert.ok(taken > 200, `${taken} taken`)
})

const cases: readonly (readonly [text: string, result: string | undefined])[] = [
  ['{"z":1,"10":2,"9":3}', '{"z":1,"10":2,"9":3}'],
  ['{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'],
  ['{"__proto__":{"x":1}}', '{"__proto__":{"x":1}}'],
  [' { "a" : [ 1 , 2 ] } \r\n', '{"a":[1,2]}'],
  ['"\\u00e9\\/\\ud83d\\ude00\\u007f"', '"é/😀\u007f"'],
  ['"\\ud800"', '"\\ud800"'],
  ['"\\\\"', '"\\\\"'],
  ['{"a":1}}', undefined],
  ['{"a":1,}', undefined],
  ['[1,]', undefined],
  ['[1 2]', undefined],
  ['{"a" 1}', undefined],
  ['{a:1}', undefined],
  ["'a'", undefined],
  ['01', undefined],
  ['1.', undefined],
  ['nul', undefined],
  ['"a\nb"', undefined],
  ['"\\', undefined],
  ['"\\"', undefined],
  ['', undefined],
]
for (const [text, result] of cases) {
  test(`${JSON.stringify(text)} ${result === undefined ? 'is no JSON' : `is ${result}`}`, () =>
    assert.equal(again(text), result))
}

test('reads a hundred thousand levels', () => {
  assert.ok(parseJson(`${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}`) !== undefined)
  assert.equal(parseJson('['.repeat(100_000)), undefined)
})
