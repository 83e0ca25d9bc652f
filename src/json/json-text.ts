import { isJsonNumber, numberText } from './json-number.ts'
import { isJsonObject } from './json-value.ts'
import { PaidText } from './paid-text.ts'
import { maxDataDepth, tooDeepData, type WorkBudget } from './work-budget.ts'

/**
 * JSON text of a value: keys in their order, numbers as they stand, no white space, and no escaped that JSON
 * does not ask for.
 *
 * Paid for piece by piece: a small graph of shared lists can be endless text. What JSON lacks is null.
 */
export function jsonText(value: unknown, budget: WorkBudget): string {
  const text = new PaidText(budget)
  writeJson(value, text)
  return text.made()
}

/**
 * Adds the JSON text of a value. `escaped` makes what stands between the quotes of a string.
 * @throws {CostFault} or RoomFault.
 */
export function writeJson(value: unknown, text: PaidText, escaped = jsonEscaped, depth = 0): void {
  text.budget.spend(1)
  if (depth > maxDataDepth) throw tooDeepData()
  let between = ''
  if (typeof value === 'string') writeString(value, text, escaped)
  else if (isJsonNumber(value)) text.add(numberText(value))
  else if (Array.isArray(value)) {
    text.add('[')
    for (const each of value) {
      text.add(between)
      writeJson(each, text, escaped, depth + 1)
      between = ','
    }
    text.add(']')
  } else if (isJsonObject(value)) {
    text.add('{')
    for (const [key, each] of value) {
      text.add(between)
      writeString(key, text, escaped)
      text.add(':')
      writeJson(each, text, escaped, depth + 1)
      between = ','
    }
    text.add('}')
  } else text.add(JSON.stringify(value ?? null))
}

/** What stands between the quotes of a string. */
export function jsonEscaped(slice: string): string {
  return JSON.stringify(slice).slice(1, -1)
}

function writeString(value: string, text: PaidText, escaped: (slice: string) => string): void {
  text.add('"')
  text.addEscaped(value, escaped)
  text.add('"')
}

/**
 * A scalar as it is, else its JSON: what will be escaped as a part of a text.
 * @throws {CostFault} or RoomFault.
 */
export function plainText(value: unknown, outer: PaidText): string {
  const scalar = scalarText(value)
  if (scalar !== undefined) return scalar
  const text = outer.inner()
  writeJson(value, text)
  return text.made()
}

/** A string as it is, a number or boolean as it stands; undefined for anything else. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (isJsonNumber(value)) return numberText(value)
  return typeof value === 'boolean' ? String(value) : undefined
}
