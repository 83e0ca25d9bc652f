import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonValue } from '../json/json-value.ts'
import { parseJson } from '../json/parse-json.ts'
import { workBudget } from '../json/work-budget.ts'
import type { PlannedFormat } from '../plan/mount-plan.ts'
import { formatText } from './format-text.ts'
import { VolumeSize } from './volume-size.ts'

const text = '{"b":null,"10":"\\u00e9","2":[null,1.10,{"n":null}],"e":1e400}'
const cases: readonly (readonly [format: PlannedFormat, written: string])[] = [
  [{ kind: 'json' }, '{"b":null,"10":"é","2":[null,1.10,{"n":null}],"e":1e400}'],
  [{ kind: 'yaml' }, 'b: null\n"10": "é"\n"2":\n  - null\n  - 1.10\n  -\n    "n": null\ne: 1e400'],
  [{ kind: 'json', prefix: 'p' }, '{"p10":"é","p2":[null,1.10,{"n":null}],"pe":1e400}'],
  [{ kind: 'json', uppercase: true }, '{"10":"é","2":[null,1.10,{"n":null}],"E":1e400}'],
  [{ kind: 'properties' }, '10=\\u00e9\n2=[null,1.10,{"n":null}]\ne=1e400\n'],
]
for (const [format, written] of cases) {
  const { kind, ...names } = format
  test(`${kind} with ${JSON.stringify(names)} ${written.includes('b') ? 'keeps' : 'leaves out'} null`, () => {
    const value = parseJson(text)?.value as JsonValue
    const context = { where: 'object "a"', budget: workBudget(), size: new VolumeSize(1_000) }
    assert.deepEqual(formatText(value, format, context), { text: written })
  })
}
