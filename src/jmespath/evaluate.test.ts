import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import jmespath from 'jmespath'
import { jsonText } from '../json/json-text.ts'
import { parseJson } from '../json/parse-json.ts'
import { CostFault, workBudget } from '../json/work-budget.ts'
import { evaluate } from './evaluate.ts'
import { JmesFault } from './functions.ts'
import { readExpression } from './syntax.ts'

/** What an expression finds in a JSON text. */
function search(expression: string, json: string, units?: number): unknown {
  const read = readExpression(expression)
  if ('fault' in read) throw new Error(`${expression}: ${read.fault.reason}`)
  const document = parseJson(json)
  assert.ok(document !== undefined, json)
  return evaluate(read.node, document.value, workBudget(units))
}

/** The result is a JSON text where a string would not show what is meant. */
const cases: readonly (readonly [json: string, expression: string, result: unknown])[] = [
  ['{"a":{"b":"c"}}', 'a.b', 'c'],
  ['{"a":{"b":"c"}}', "a || 'x'", { b: 'c' }],
  ['{"a":{}}', "a || 'x'", 'x'],
  ['{"a":{"b":"c"}}', 'a && a.b', 'c'],
  ['{"a":{"b":"c"}}', '!a', false],
  ['{"hasOwnProperty":"own"}', 'hasOwnProperty', 'own'],
  ['{"a":{"hasOwnProperty":"own"}}', 'a && a.hasOwnProperty', 'own'],
  ['{"__proto__":{"x":"y"}}', '"__proto__".x', 'y'],
  ['{"__proto__":{"x":"y"}}', 'x', null],
  ['{"__proto__":{"x":"y"}}', 'merge(@, @)."__proto__".x', 'y'],
  ['{"a":"b"}', '{"__proto__": a}."__proto__"', 'b'],
  ['{"a":"b"}', '{x: a}.constructor', null],
  ['{"a":"b"}', '`{}`.toString', null],
  ['{}', 'constructor', null],
  ['{"__proto__":1}', 'to_string(@)', '{"__proto__":1}'],
  ['[{"__proto__":1}]', '[0] == [0]', true],
  ['[{"__proto__":1},{"__proto__":2}]', '[0] == [1]', false],
  ['{"jmespathType":"Expref","type":"Current"}', 'type(@)', 'object'],
  ['[3,1,2]', 'sort(@)', [1, 2, 3]],
  ['[]', 'avg(@)', null],
  ['[1,2]', 'avg(@)', 1.5],
  ['[]', 'max(@)', null],
  ['["\\uffff","😀"]', 'max(@)', '😀'],
  ['["b","a"]', "join('-', sort(@))", 'a-b'],
  ['"😀"', 'length(@)', 1],
  ['"a😀"', 'reverse(@)', '😀a'],
  ['" "', 'to_number(@)', null],
  ['["a","b","c"]', '[::-1]', ['c', 'b', 'a']],
  ['["a","b","c"]', '[-2:]', ['b', 'c']],
  ['["a","b"]', '[-1]', 'b'],
  ['["a","b"]', '[-9]', null],
  ['["a"]', "['x', @] | [0]", 'x'],
  ['{"a":"1","b":"2"}', "'1' < '2'", null],
  ['[{"k":"a","v":"1"},{"k":"b","v":"2"}]', "[?k=='b'].v | [0]", '2'],
  ['[{"k":2,"v":"x"},{"k":1,"v":"y"}]', 'sort_by(@, &k)[*].v', ['y', 'x']],
  ['[{"k":2,"v":"x"},{"k":1,"v":"y"}]', 'min_by(@, &k).v', 'y'],
  ['[[1,[2]],3]', '[]', [1, [2], 3]],
  ['["ab"]', "contains([0], 'b')", true],
  ['[{"a":1}]', 'contains(@, `{"a":1}`)', true],
  ['null', '[a]', null],
]
for (const [json, expression, result] of cases) {
  test(`${expression} of ${json} is ${JSON.stringify(result)}`, () => {
    assert.equal(jsonText(search(expression, json), workBudget()), JSON.stringify(result))
  })
}

/** Numbers keep their digits, objects their order and strings their characters: results as JSON texts. */
const lossless: readonly (readonly [json: string, expression: string, result: string])[] = [
  ['{"id":9007199254740993}', 'id', '9007199254740993'],
  ['{"id":12345678901234567890}', 'to_string(id)', '"12345678901234567890"'],
  ['[1.10,1e400,-0,0.0,1E5]', '@', '[1.10,1e400,-0,0.0,1E5]'],
  ['[1.10]', 'to_string(@)', '"[1.10]"'],
  ['null', '`1.10`', '1.10'],
  ['null', '`{"z":1.0,"1":-0}`', '{"z":1.0,"1":-0}'],
  ['"1.10"', 'to_number(@)', '1.10'],
  ['"12345678901234567890"', 'to_number(@)', '12345678901234567890'],
  ['"1e400"', 'to_number(@)', '1e400'],
  ['"-1.5e1"', 'to_number(@)', '-1.5e1'],
  ['{"z":1,"10":2,"9":3}', '@', '{"z":1,"10":2,"9":3}'],
  ['{"z":1,"10":2,"9":3}', 'keys(@)', '["z","10","9"]'],
  ['{"z":1,"10":2,"9":3}', '*', '[1,2,3]'],
  ['{"z":1,"10":2}', 'merge(@, {z: `3`, "1": `4`})', '{"z":3,"10":2,"1":4}'],
  ['{"a":1,"a":2}', '@', '{"a":2}'],
  ['"<&>é\\u2028/"', 'to_string([@])', '"[\\"<&>é\u2028/\\"]"'],
  // By the exact decimal value
  ['[9007199254740993,9007199254740992]', '[0] == [1]', 'false'],
  ['[9007199254740993,9007199254740992]', '[0] > [1]', 'true'],
  ['[9007199254740992.0,9007199254740992]', '[0] == [1]', 'true'],
  ['[1.10,1.1,11e-1,0.011e2]', '[[0] == [1], [1] == [2], [2] == [3]]', '[true,true,true]'],
  ['[-0,0]', '[0] == [1]', 'true'],
  ['[1e400,2e400]', '[0] < [1]', 'true'],
  ['[-1e400,-2e400]', '[0] < [1]', 'false'],
  ['[1e-400,0]', '[0] > [1]', 'true'],
  ['[1e99999999999999999999,9e99999999999999999998]', '[0] > [1]', 'true'],
  [
    '[9007199254740993,9007199254740992,9007199254740994]',
    'sort(@)',
    '[9007199254740992,9007199254740993,9007199254740994]',
  ],
  ['[9007199254740993,9007199254740992]', 'max(@)', '9007199254740993'],
  ['[{"k":1e400},{"k":2e400}]', 'min_by(@, &k)', '{"k":1e400}'],
  ['[9007199254740993]', 'contains(@, `9007199254740992`)', 'false'],
  [
    '[{"id":9007199254740993,"v":"x"},{"id":9007199254740992,"v":"y"}]',
    '[?id == `9007199254740992`].v',
    '["y"]',
  ],
  // In IEEE numbers
  ['[9007199254740993]', 'sum(@)', '9007199254740992'],
  ['[0.1,0.2]', 'sum(@)', '0.30000000000000004'],
  ['-1.50', 'abs(@)', '1.5'],
  ['1.50', 'floor(@)', '1'],
  ['-0.5', 'ceil(@)', '-0'],
  ['[1,2]', 'avg(@)', '1.5'],
  ['[]', 'sum(@)', '0'],
]
for (const [json, expression, result] of lossless) {
  test(`nothing is lost: ${expression} of ${json} is ${result}`, () => {
    assert.equal(jsonText(search(expression, json), workBudget()), result)
  })
}

const notNumbers = ['05', '+5', '.5', '5.', '1_000', 'inf', 'NaN', '0x10', ' 5', '5 ', '']
for (const text of notNumbers) {
  test(`to_number of ${JSON.stringify(text)} is null`, () =>
    assert.equal(search('to_number(@)', JSON.stringify(text)), null))
}

const wrong: readonly (readonly [expression: string, message: RegExp])[] = [
  ['length(`1`)', /length\(\) takes a string or list or object as argument 1, but gets a number/],
  ['abs(s)', /but gets a string/],
  ["join(',', [s, `1`])", /list of strings/],
  ['sort_by([{k: s}, {k: `1`}], &k)', /all strings or all numbers/],
  ['merge(s)', /takes a object|takes an object/],
  ['sum([`1e308`, `1e308`])', /sum\(\) gives a number beyond/],
  ['abs(`-1e400`)', /abs\(\) gives a number beyond/],
  ['max_by([{k: s}, {k: `1`}], &k)', /all strings or all numbers/],
]
for (const [expression, message] of wrong) {
  test(`${expression} is refused without a value in the message`, () => {
    assert.throws(
      () => search(expression, '{"s":"hunter2"}'),
      (error: Error) => {
        assert.ok(error instanceof JmesFault)
        assert.match(error.message, message)
        assert.doesNotMatch(error.message, /hunter2/)
        return true
      },
    )
  })
}

const wide = JSON.stringify(Array.from({ length: 6000 }, (_, at) => ({ k: `key${at}`, v: 'x'.repeat(4) })))
function twice(steps: number): string {
  return `(${'[@,@]|'.repeat(steps)}@)`
}
const manyKeys = Array.from({ length: 300 }, (_, at) => `k${at}: v`).join(',')
const bombs: readonly (readonly [name: string, expression: string])[] = [
  ['doubling flatten', `${'[@,@][]|'.repeat(60)}@`],
  ['doubling shared lists, then text', `${'[@,@]|'.repeat(60)}to_string(@)`],
  ['doubling twice, then comparison', `[${twice(60)}, ${twice(60)}] | [0] == [1]`],
  ['joins of joins', `[*].v|${"[join('',@),join('',@)]|".repeat(40)}[0]`],
  ['projections in projections', `${'[*].[@,@] | [] | '.repeat(30)}[0]`],
  ['keys of a large object again and again', `[*].{${manyKeys}} | ${'[@,@][]|'.repeat(6)}[?!@]`],
  ['sorting by a sort', 'sort_by(@, &to_string(sort_by([@,@,@,@,@,@,@,@], &to_string(@))))'],
]
for (const [name, expression] of bombs) {
  test(`is stopped when it costs too much: ${name}`, () => {
    assert.throws(
      () => search(expression, wide),
      (error: unknown) => error instanceof CostFault,
    )
  })
}

test('an everyday expression on a large document is far from the limit', () => {
  assert.equal(search("[?k=='key5999'].v | [0]", wide, 100_000), 'xxxx')
  assert.equal(search('to_string(@)', wide), wide)
})

test('data nested ten thousand levels deep is read, and refused where it would be walked', () => {
  const json = `${'['.repeat(10_000)}${']'.repeat(10_000)}`
  assert.equal(search('[0] && `1`', json), 1)
  assert.throws(() => search('to_string(@)', json), CostFault)
  assert.throws(() => search('[0] == [1]', `[${json},${json}]`), CostFault)
})

const leaf = fc.constantFrom(
  'a',
  'b',
  '@',
  '"a"',
  "'x'",
  '`1`',
  '`[1,2]`',
  '[0]',
  '[-1]',
  '[*]',
  '*',
  '[]',
  '[1:]',
)
const { expression: anyExpression } = fc.letrec<{ expression: string }>((tie) => {
  const inner = tie('expression')
  return {
    expression: fc.oneof(
      { maxDepth: 5, depthSize: 'medium' },
      leaf,
      fc.tuple(inner, inner).map(([left, right]) => `(${left}) | (${right})`),
      fc.tuple(inner, inner).map(([left, right]) => `(${left}) || (${right})`),
      fc.tuple(inner, inner).map(([left, right]) => `(${left}) && (${right})`),
      fc.tuple(inner, inner).map(([left, right]) => `(${left}) == (${right})`),
      fc.tuple(inner, inner).map(([left, right]) => `[${left}, ${right}]`),
      fc.tuple(inner, inner).map(([left, right]) => `{a: ${left}, b: ${right}}`),
      fc.tuple(inner, inner).map(([left, right]) => `(${left})[?${right}]`),
      fc.tuple(inner, inner).map(([left, right]) => `map(&(${left}), ${right})`),
      inner.map((of) => `!(${of})`),
      inner.map((of) => `(${of})[]`),
      inner.map((of) => `(${of})[*].a`),
      inner.map((of) => `(${of}).*`),
      inner.map((of) => `to_string(${of})`),
      inner.map((of) => `to_array(${of})`),
      inner.map((of) => `type(${of})`),
      inner.map((of) => `length(to_array(${of}))`),
      inner.map((of) => `keys(${of})`),
      inner.map((of) => `not_null(${of}, 'none')`),
    ),
  }
})
const anyData = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, false, 0, 1, '', 'x', 'yz'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.record({ a: tie('value'), b: tie('value') }, { requiredKeys: [] }),
  ),
})).value

test('agrees with the package on all expressions that both evaluate', () => {
  let compared = 0
  fc.assert(
    fc.property(anyExpression, anyData, (expression, data) => {
      const json = JSON.stringify(data)
      // fast-check makes records without prototypes, which the package cannot read.
      const plain = JSON.parse(json)
      let expected: unknown
      try {
        expected = jmespath.search(plain, expression)
      } catch {
        assert.throws(() => search(expression, json), expression)
        return
      }
      compared++
      assert.equal(jsonText(search(expression, json), workBudget()), JSON.stringify(expected), expression)
    }),
    { numRuns: 3000 },
  )
  assert.ok(compared > 500, `${compared} compared`)
})

test('whatever the expression, what it makes stays within what its budget paid for', () => {
  const step = fc.constantFrom(
    '[@,@]',
    '[@,@][]',
    'to_string(@)',
    "[@,'x'][].to_string(@)",
    'to_array(@)[*].[@,@]',
    "join('', [to_string(@),to_string(@)])",
    '{a:@,b:@}',
    'values({a:@,b:@})',
    'map(&[@,@], to_array(@))',
    'sort_by(to_array(@), &to_string(@))',
  )
  let stopped = 0
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60, size: 'max' }), anyData, (steps, data) => {
      const units = 5_000
      try {
        const result = search(steps.join(' | '), JSON.stringify(data), units)
        if (typeof result === 'string') assert.ok(result.length <= units * 4 * 6)
        else if (Array.isArray(result)) assert.ok(result.length <= units)
      } catch (error) {
        assert.ok(error instanceof CostFault || error instanceof JmesFault)
        stopped++
      }
    }),
    { numRuns: 500 },
  )
  assert.ok(stopped > 50)
})

test('a list or object that is made takes four units beside what is looked at', () => {
  for (const [expression, units] of [
    ['[@]', 6],
    ['{a: @}', 6],
    ['merge(@)', 6],
  ] as const) {
    assert.notEqual(search(expression, '{}', units), null)
    assert.throws(() => search(expression, '{}', units - 1), CostFault)
  }
})

test('expressions that make a list or object of each element of a full secret are within the budget', () => {
  const numbers = JSON.stringify(Array.from({ length: 21_000 }, (_, at) => at % 10))
  const objects = JSON.stringify(Array.from({ length: 7_500 }, () => ({ a: 1 })))
  for (const [json, expression] of [
    [numbers, '[*].[@, @]'],
    [numbers, '[*].{v: @}'],
    [objects, '[].{a: a}|[].{b: a}|[].{c: b}'],
  ] as const) {
    assert.ok(Array.isArray(search(expression, json, 250_000)), expression)
  }
})
