import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { jsonText } from '../json/json-text.ts'
import type { JsonObject, JsonValue } from '../json/json-value.ts'
import { parseJson } from '../json/parse-json.ts'
import { workBudget } from '../json/work-budget.ts'
import { evaluate } from './evaluate.ts'
import { readExpression } from './syntax.ts'
import { deepEqual } from './values.ts'

/**
 * The official suite, out of the last release of the official package that brought it (jmespath 0.15.0 of npm): 851
 * cases. What the suite has had since is in later-compliance.test.ts.
 */
const suite = fileURLToPath(
  new URL('../../node_modules/jmespath-compliance/test/compliance', import.meta.url),
)

/** Cases that the specification has changed its mind about since, or that we answer otherwise: with the reason. */
const expectedFailures: ReadonlyMap<string, string> = new Map()

interface Case {
  readonly name: string
  readonly given: JsonValue
  readonly expression: string
  readonly expected: JsonValue
  /** Undefined where the case expects a result. */
  readonly error: string | undefined
}

const cases: readonly Case[] = globSync(`${suite}/*.json`)
  .toSorted()
  .flatMap((file) => {
    const groups = parseJson(readFileSync(file, 'utf8'))?.value as readonly JsonObject[]
    return groups.flatMap((group, at) =>
      (group.get('cases') as readonly JsonObject[]).map((each) => ({
        name: `${basename(file, '.json')} ${at + 1}: ${JSON.stringify(each.get('expression'))}`,
        given: group.get('given') ?? null,
        expression: String(each.get('expression')),
        expected: each.get('result') ?? null,
        error: each.get('error') as string | undefined,
      })),
    )
  })

test('the official compliance suite is there, all of it', () => assert.equal(cases.length, 851))

for (const { name, given, expression, expected, error } of cases) {
  const reason = expectedFailures.get(name)
  test(`compliance ${name}${reason === undefined ? '' : ` (known: ${reason})`}`, () => {
    if (reason === undefined) hold()
    else assert.throws(hold, 'it passes: take it from the list')
  })

  function hold(): void {
    const budget = workBudget()
    const found = () => {
      const read = readExpression(expression)
      if ('fault' in read) throw new Error(read.fault.reason)
      return evaluate(read.node, given, budget)
    }
    if (error !== undefined) {
      assert.throws(found, `no ${error}`)
      return
    }
    const result = found()
    // An object has no order in the suite; with ours it is that of the text.
    assert.ok(
      deepEqual(result, expected, budget),
      `${jsonText(result, budget)} is not ${jsonText(expected, budget)}`,
    )
  }
}
