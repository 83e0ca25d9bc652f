import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { canBeString, checkExpression } from './syntax.ts'

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
  ['a.', 1, /part of it is empty/],
  ['()', 1, /part of it is empty/],
  ['a b', 3, /"b" is not expected/],
  ['a[', 3, /ends too early/],
  ['a.b ] c', 5, /"]" is not expected/],
  ['a#', 2, /"#" is not understood/],
  ['my-key', 3, /needs a digit/],
  ['a = b', 3, /single =/],
  ['"open', 1, /quote " is not closed/],
  ["a == 'open", 6, /quote ' is not closed/],
  ['a == `{"x"}`', 6, /is not understood/],
  ['hasOwnProperty(@)', 1, /no function "hasOwnProperty"/],
  ['constructor(@)', 1, /no function "constructor"/],
  ['length()', 1, /length\(\) takes 1 argument, but has 0/],
  ['&a', 1, /reference/],
  ['to_string(&a)', 1, /reference/],
  ['map(a, b)', 1, /argument 1 of map\(\) must be a reference/],
  ['a[::0]', 1, /step/],
  ['a'.repeat(5000), 4097, /longer than 4096/],
  ['('.repeat(4096), 1, /nested too deeply|ends too early/],
  ['!'.repeat(4000).concat('a'), 1, /nested too deeply/],
]
for (const [expression, position, reason] of bad) {
  test(`rejects ${JSON.stringify(expression.slice(0, 30))} at ${position}`, () => {
    const found = checkExpression(expression)
    assert.match(found?.reason ?? 'accepted', reason)
    if (!expression.startsWith('((')) assert.equal(found?.position, position)
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

const strings: readonly (readonly [expression: string, possible: boolean])[] = [
  ['a', true],
  ['a[0]', true],
  ['a[*].b | [0]', true],
  ['a || [b]', true],
  ["'x'", true],
  ['max_by(a, &b)', true],
  ['to_string([a])', true],
  ['a[*].b', false],
  ['*', false],
  ['a[1:]', false],
  ['a[]', false],
  ['[a, b]', false],
  ['{x: a}', false],
  ['a == b', false],
  ['!a', false],
  ['a.length(@)', false],
  ['`1`', false],
  ['[a] || {b: c}', false],
  ['a b', false],
]
for (const [expression, possible] of strings) {
  test(`${expression} ${possible ? 'can' : 'cannot'} be a string`, () =>
    assert.equal(canBeString(expression), possible))
}
