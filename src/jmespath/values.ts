import { compareNumbers, isJsonNumber, type JsonNumber, numberText } from '../json/json-number.ts'
import { maxDataDepth, tooDeepData, type WorkBudget } from '../json/work-budget.ts'

/** A JSON object: its own keys alone, `__proto__` and `constructor` among them, in the order of the text. */
export type JmesObject = ReadonlyMap<string, unknown>

/** The types of the specification. */
export type JmesType = 'string' | 'number' | 'boolean' | 'null' | 'list' | 'object'

/** The JSON type of a value; anything that JSON lacks counts as null. */
export function jmesType(value: unknown): JmesType {
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return 'string'
  if (isJsonNumber(value)) return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return isJmesObject(value) ? 'object' : 'null'
}

/** Whether a value is an object, and no list. */
export function isJmesObject(value: unknown): value is JmesObject {
  return value instanceof Map
}

/** What `||`, `&&`, `!` and filters take for false: null, false, and the empty string, list, object. */
export function isFalse(value: unknown): boolean {
  if (value === '' || value === false || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return isJmesObject(value) && value.size === 0
}

/** The keys of an object, in the order of the text, paid for one by one. */
export function keysOf(value: JmesObject, budget: WorkBudget): readonly string[] {
  budget.spend(value.size)
  return Array.from(value.keys())
}

/** The values of an object, in the order of the text, paid for one by one. */
export function valuesOf(value: JmesObject, budget: WorkBudget): readonly unknown[] {
  budget.spend(value.size)
  return Array.from(value.values())
}

/** Whether two values are equal as the specification has it; charges the budget for what it compares. */
export function deepEqual(first: unknown, second: unknown, budget: WorkBudget, depth = 0): boolean {
  budget.spend(1)
  if (depth > maxDataDepth) throw tooDeepData()
  if (typeof first === 'string' && typeof second === 'string') {
    if (first.length !== second.length) return false
    budget.spendText(first.length)
    return first === second
  }
  if (isJsonNumber(first) && isJsonNumber(second)) return orderOf(first, second, budget) === 0
  // The same list may be reached along many ways: going into it twice would cost exponential time.
  if (first === second) return true
  if (Array.isArray(first) && Array.isArray(second)) {
    return (
      first.length === second.length &&
      first.every((each, at) => deepEqual(each, second[at], budget, depth + 1))
    )
  }
  if (!isJmesObject(first) || !isJmesObject(second)) return false
  return (
    first.size === second.size &&
    keysOf(first, budget).every(
      (key) => second.has(key) && deepEqual(first.get(key), second.get(key), budget, depth + 1),
    )
  )
}

/** The order of numbers by their exact decimal values, paid for by their digits. */
export function orderOf(first: JsonNumber, second: JsonNumber, budget: WorkBudget): number {
  if (typeof first !== 'number' || typeof second !== 'number') {
    budget.spendText(numberText(first).length + numberText(second).length)
  }
  return compareNumbers(first, second)
}

/** Order of texts by code point, as JMESPath sorts; JavaScript's own order is by UTF-16 unit. */
export function compareText(first: string, second: string, budget: WorkBudget): number {
  const length = Math.min(first.length, second.length)
  let at = 0
  while (at < length && first.charCodeAt(at) === second.charCodeAt(at)) at++
  budget.spendText(at + 4)
  if (at === length) return first.length - second.length
  return rank(first.charCodeAt(at)) - rank(second.charCodeAt(at))
}

/** Surrogates stand for the code points above all others. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}
