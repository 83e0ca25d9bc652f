import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canBeText, checkExpression, readExpression } from './syntax.ts'

const good = [
  'a',
  'a.b.c',
  '"with-dash"."__proto__"',
  'a[0].b | [0]',
  "list[?name=='x'].value | [0]",
  'to_string(@)',
  "join(',', keys(@))",
  'sort_by(list, &age)[0].name',
  'a ||\r\n b',
  '`"literal"`',
]
for (const expression of good) {
  test(`accepts ${JSON.stringify(expression)}`, () => assert.equal(checkExpression(expression), undefined))
}

const bad: readonly (readonly [expression: string, position: number, reason: RegExp])[] = [
  ['', 1, /ends too early/],
  ['a.', 3, /ends too early/],
  ['()', 2, /"\)" is not expected/],
  ['a b', 3, /"b" is not expected/],
  ['a[', 3, /ends too early/],
  ['a[b]', 3, /"b" is not expected/],
  ['a.b ] c', 5, /"]" is not expected/],
  ['a#', 2, /"#" is not understood/],
  ['my-key', 3, /needs a digit/],
  ['a = b', 3, /single =/],
  ['"open', 1, /quote " is not closed/],
  ["a == 'open", 6, /quote ' is not closed/],
  ['a == `{"x"}`', 6, /is not understood/],
  ['"\\x"', 1, /is not understood/],
  ['[:::]', 4, /":" is not expected/],
  ['[1-2]', 3, /"-2" is not expected/],
  ['[:1 2]', 5, /"2" is not expected/],
  ['[a b]', 4, /"b" is not expected/],
  ['[]a', 3, /"a" is not expected/],
  ['[ ]', 3, /"]" is not expected/],
  ['{}', 2, /"}" is not expected/],
  ['{a: b c: d}', 7, /"c" is not expected/],
  ['(a b)', 4, /"b" is not expected/],
  ['join(a b)', 8, /"b" is not expected/],
  ['length(a,)', 10, /"\)" is not expected/],
  ['hasOwnProperty(@)', 1, /no function "hasOwnProperty"/],
  ['a.constructor(@)', 3, /no function "constructor"/],
  ['length()', 1, /length\(\) takes 1 argument, but has 0/],
  ['a || not_null()', 6, /takes 1 argument or more, but has 0/],
  ['&a', 1, /reference/],
  ['to_string(&a)', 11, /reference/],
  ['map(a, b)', 5, /argument 1 of map\(\) must be a reference/],
  ['a[::0]', 5, /step/],
  ['a'.repeat(5000), 4097, /longer than 4096/],
  ['('.repeat(4096), 252, /nested too deeply/],
  ['!'.repeat(4000).concat('a'), 1, /nested too deeply/],
  [`${'a.'.repeat(1000)}a`, 1, /nested too deeply/],
]
for (const [expression, position, reason] of bad) {
  test(`rejects ${JSON.stringify(expression.slice(0, 30))} at ${position}`, () => {
    const found = checkExpression(expression)
    assert.match(found?.reason ?? 'accepted', reason)
    assert.equal(found?.position, position)
  })
}

test('says of every text whether it is an expression, and never throws', () => {
  const piece = fc.constantFrom(...'ab.@*[]{}()|&!=<>?:,`\'"\\-01 #', '[?', '&&', 'é', 'sort_by', '😀')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const expression = pieces.join('')
      const found = checkExpression(expression)
      if (found === undefined) return
      assert.ok(found.position >= 1 && found.position <= expression.length + 1, expression)
    }),
    { numRuns: 2000 },
  )
})

const texts: readonly (readonly [expression: string, possible: boolean])[] = [
  ['a', true],
  ['a[0]', true],
  ['a[*].b | [0]', true],
  ['a || [b]', true],
  ["'x'", true],
  ['`1`', true],
  ['`false`', true],
  ['max_by(a, &b)', true],
  ['to_string([a])', true],
  ['a == b', true],
  ['!a', true],
  ['a.length(@)', true],
  ['a[*].b', false],
  ['*', false],
  ['a[1:]', false],
  ['a[]', false],
  ['[a, b]', false],
  ['{x: a}', false],
  ['keys(a)', false],
  ['sort_by(a, &b)', false],
  ['`null`', false],
  ['`{}`', false],
  ['[a] || {b: c}', false],
  ['a b', false],
]
for (const [expression, possible] of texts) {
  test(`${expression} ${possible ? 'can' : 'cannot'} be a text`, () =>
    assert.equal(canBeText(expression), possible))
}

const raw: readonly (readonly [expression: string, text: string])[] = [
  [String.raw`'a\'b\'c'`, "a'b'c"],
  [String.raw`'\\'`, String.raw`\\`],
  [String.raw`'\z'`, String.raw`\z`],
  [String.raw`'\\\''`, String.raw`\\'`],
  ['`\\``', '`'],
  ['`a\\`b\\`c`', 'a`b`c'],
  ['` "x"`', 'x'],
  ['`foo`', 'foo'],
  ['`1.1.1`', '1.1.1'],
]
for (const [expression, text] of raw) {
  test(`${expression} is the string ${text}`, () => {
    assert.deepEqual(readExpression(expression), { node: { type: 'literal', value: text } })
  })
}
