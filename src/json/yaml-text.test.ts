import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parse } from 'yaml'
import { parseJson } from './parse-json.ts'
import { workBudget } from './work-budget.ts'
import { yamlText } from './yaml-text.ts'

function yamlOf(json: string): string {
  return yamlText(parseJson(json)?.value, workBudget())
}

const cases: readonly (readonly [json: string, yaml: string])[] = [
  [
    '{"z":"a","10":1.10,"9":[1,{"b":null,"c":[]}],"o":{}}',
    'z: "a"\n"10": 1.10\n"9":\n  - 1\n  -\n    b: null\n    c: []\no: {}',
  ],
  ['[[1,2],["x"]]', '-\n  - 1\n  - 2\n-\n  - "x"'],
  ['"text"', '"text"'],
  ['12345678901234567890', '12345678901234567890'],
  ['true', 'true'],
  ['null', 'null'],
  ['{"no":"no","y":1,"a b":2,"":3}', '"no": "no"\n"y": 1\n"a b": 2\n"": 3'],
  ['"\\u0085\\u2028\\ufeff\\n"', '"\\u0085\\u2028\\ufeff\\n"'],
]
for (const [json, yaml] of cases) {
  test(`${json} as YAML`, () => assert.equal(yamlOf(json), yaml))
}

const key = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', '10', 'no', '?', '- a', '#', '<<', '~', 'a: b', "'", '%', 'x'.repeat(1100)),
)
const anyValue = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<unknown>(null, true, false, 'no', '~', '2020-01-01', '1e3', ' a ', '# b', 'a\r\n\tb\n'),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: 'binary' }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(key, tie('value'), { maxKeys: 3 }),
  ),
})).value

for (const version of ['1.1', '1.2'] as const) {
  test(`any value is read back from its YAML by YAML ${version}`, () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const json = JSON.stringify(value)
        const read = parse(yamlOf(json), { version, merge: false })
        assert.deepEqual(JSON.parse(JSON.stringify(read)), JSON.parse(json))
      }),
    )
  })
}
