import { isJsonNumber, numberText } from './json-number.ts'
import { isJsonObject } from './json-value.ts'
import { maxDataDepth, tooDeepData, type WorkBudget } from './work-budget.ts'

/**
 * JSON text of a value: keys in their order, numbers as they stand, no white space, and no escape that JSON
 * does not ask for.
 *
 * Paid for piece by piece: a small graph of shared lists can be endless text. What JSON lacks is null.
 */
export function jsonText(value: unknown, budget: WorkBudget, depth = 0): string {
  budget.spend(1)
  if (depth > maxDataDepth) throw tooDeepData()
  if (Array.isArray(value)) {
    return `[${value.map((each) => jsonText(each, budget, depth + 1)).join(',')}]`
  }
  if (isJsonObject(value)) {
    const pairs = Array.from(
      value,
      ([key, each]) => `${jsonText(key, budget)}:${jsonText(each, budget, depth + 1)}`,
    )
    return `{${pairs.join(',')}}`
  }
  if (isJsonNumber(value)) {
    const text = numberText(value)
    budget.spendText(text.length)
    return text
  }
  if (typeof value === 'string') budget.spendText(value.length)
  return JSON.stringify(value ?? null)
}

/** A string as it is, a number or boolean as it stands; undefined for anything else. */
export function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (isJsonNumber(value)) return numberText(value)
  return typeof value === 'boolean' ? String(value) : undefined
}
