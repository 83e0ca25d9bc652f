import assert from 'node:assert/strict'
import { test } from 'node:test'
import { jsonText } from '../json/json-text.ts'
import type { JsonValue } from '../json/json-value.ts'
import { parseJson } from '../json/parse-json.ts'
import { workBudget } from '../json/work-budget.ts'
import { evaluate } from './evaluate.ts'
import { readExpression } from './syntax.ts'
import { deepEqual } from './values.ts'

/**
 * What the official suite (jmespath.test) has had since the release that compliance.test.ts reads it from: no package
 * of a registry brings its present state of 892 cases, which are 850 of those 851 and 42 more. Each row here holds what
 * one of the 42 does, on data of our own.
 */
const data = `{
  "yes": true, "no": false, "zero": 0, "zeroPoint": 0.0, "two": 2, "none": [],
  "rows": [{"kg": 1.5}, {"kg": 2.25}, {"kg": 3.75}],
  "mixed": [{"v": true}, {"v": false}, {"v": 0}, {"v": 0.0}, {"v": [0]}, {"v": null}, {"v": []}, {"v": {}}, {"v": {"w": 1}}]
}`
const truthy = '[{"v":true},{"v":0},{"v":0.0},{"v":[0]},{"v":{"w":1}}]'

const results: readonly (readonly [expression: string, result: string])[] = [
  // Not binds closer than and; numbers are true, whatever they are.
  ['!yes && no', 'false'],
  ['zero || two', '0'],
  ['zeroPoint || two', '0.0'],
  // Only numbers have an order.
  ['none < two', 'null'],
  ['none < missing', 'null'],
  ['none < no', 'null'],
  ['two < no', 'null'],
  // Fractions are compared as numbers.
  ['rows[?kg > `2.25`]', '[{"kg":3.75}]'],
  ['rows[?kg >= `2.25`]', '[{"kg":2.25},{"kg":3.75}]'],
  ['rows[?kg > `3.75`]', '[]'],
  ['rows[?kg < `2.25`]', '[{"kg":1.5}]'],
  ['rows[?kg <= `2.25`]', '[{"kg":1.5},{"kg":2.25}]'],
  ['rows[?kg < `1.5`]', '[]'],
  ['rows[?kg == `1.5`]', '[{"kg":1.5}]'],
  ['rows[?kg != `1.5`]', '[{"kg":2.25},{"kg":3.75}]'],
  // A boolean equals nothing but itself; what a filter takes for true.
  ['mixed[?v == `true`]', '[{"v":true}]'],
  ['mixed[?v == `false`]', '[{"v":false}]'],
  ['mixed[?v]', truthy],
  ['mixed[? !v]', '[{"v":false},{"v":null},{"v":[]},{"v":{}}]'],
  ['mixed[? !!v]', truthy],
  ['rows[? `true`]', '[{"kg":1.5},{"kg":2.25},{"kg":3.75}]'],
  ['rows[? `false`]', '[]'],
  // Functions of nothing, and exponents.
  ['avg(none)', 'null'],
  ["to_number('1e21')", '1e21'],
  ['max_by(`[]`, &kg)', 'null'],
  ['min_by(`[]`, &kg)', 'null'],
  // A raw string has no escape but that of its quote.
  [String.raw`'\z'`, String.raw`"\\z"`],
  [String.raw`'\\'`, String.raw`"\\\\"`],
  // Of nothing no object is made.
  ['missing.{a: b}', 'null'],
]

/** What is no expression. */
const wrong: readonly string[] = [
  '@=',
  '@``',
  '(@',
  '@(two)',
  '"two"(none)',
  'two[*',
  '[:@]',
  '[:::]',
  '[:@:]',
  '[:1@]',
  '{a: @',
  'two[? @ | @',
  String.raw`"\u"`,
]

test('each later case has its row', () => assert.equal(results.length + wrong.length, 42))

const parsed = parseJson(data)?.value as JsonValue
for (const [expression, result] of results) {
  test(`${expression} gives ${result}`, () => {
    const budget = workBudget()
    const read = readExpression(expression)
    assert.ok('node' in read)
    const found = evaluate(read.node, parsed, budget)
    assert.ok(deepEqual(found, parseJson(result)?.value, budget), jsonText(found, budget))
  })
}

for (const expression of wrong) {
  test(`${expression} is no expression`, () => assert.ok('fault' in readExpression(expression)))
}
