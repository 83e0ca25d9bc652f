import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { jsonEscaped, jsonText } from './json-text.ts'
import { PaidText } from './paid-text.ts'
import { CostFault, type WorkBudget, workBudget } from './work-budget.ts'
import { yamlText } from './yaml-text.ts'

/** Units that something takes of a budget. */
function unitsOf(work: (budget: WorkBudget) => unknown): number {
  let units = 0
  const spend = (spent: number) => {
    units += spent
  }
  work({ spend, spendText: (length) => spend(Math.ceil(length / 4)), spendSource: spend })
  return units
}

const long = 60_000
const costs: readonly (readonly [what: string, text: string, bytesHeld: number])[] = [
  ['a text without escapes is paid for as it is', 'a'.repeat(long), long],
  ['escapes are paid for', '\u0001'.repeat(long), 6 * long],
  ['one wide character makes all others two bytes', `${'\u0001'.repeat(long)}中`, 12 * long],
]
for (const [what, text, bytesHeld] of costs) {
  test(what, () => {
    for (const write of [jsonText, yamlText]) {
      const units = unitsOf((budget) => write(text, budget))
      assert.ok(units >= bytesHeld / 4 && units < bytesHeld / 4 + 200, `${units} units`)
    }
  })
}

test('it is stopped before the next piece is made', () => {
  let pieces = 0
  const text = new PaidText(workBudget(10_000))
  const escaped = (slice: string) => {
    pieces += 1
    return slice.repeat(6)
  }
  assert.throws(() => text.addEscaped('a'.repeat(1_000_000), escaped), CostFault)
  assert.equal(pieces, 2)
})

test('each character is paid for once, however deep it stands', () => {
  const nested = (levels: number) => {
    let value: unknown = 'a'.repeat(long)
    for (let level = 0; level < levels; level++) value = [value]
    return value
  }
  assert.ok(unitsOf((budget) => jsonText(nested(480), budget)) < long / 4 + 1_000)
  assert.ok(unitsOf((budget) => yamlText(nested(30), budget)) < long / 4 + 1_000)
})

test('no slice ends within a character', () => {
  const unit = fc.constantFrom('a', '中', '😀', '\ud83d', '\ude00')
  const texts = fc.tuple(fc.string({ unit, maxLength: 3 }), fc.string({ unit, minLength: 1, maxLength: 5 }))
  fc.assert(
    fc.property(texts, ([start, repeated]) => {
      const value = start + repeated.repeat(5_000)
      const text = new PaidText(workBudget())
      text.addEscaped(value, jsonEscaped)
      assert.equal(`"${text.made()}"`, JSON.stringify(value))
    }),
  )
})
