import { type JmesBudget, maxDataDepth, tooDeepData } from './work-budget.ts'

/** An object of JSON. */
export type JmesObject = Readonly<Record<string, unknown>>

/** The types of the specification. */
export type JmesType = 'string' | 'number' | 'boolean' | 'null' | 'list' | 'object'

/** The JSON type of a value; anything that JSON lacks counts as null. */
export function jmesType(value: unknown): JmesType {
  if (Array.isArray(value)) return 'list'
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value as JmesType
    case 'object':
      return value === null ? 'null' : 'object'
    default:
      return 'null'
  }
}

/** Whether a value is an object, and no list. */
export function isJmesObject(value: unknown): value is JmesObject {
  return jmesType(value) === 'object'
}

/** What `||`, `&&`, `!` and filters take for false: null, false, and the empty string, list, object. */
export function isFalse(value: unknown, budget: JmesBudget): boolean {
  if (value === '' || value === false || value === null) return true
  if (Array.isArray(value)) return value.length === 0
  return isJmesObject(value) && keysOf(value, budget).length === 0
}

/** The keys of an object, paid for one by one: listing them is work even where only their number counts. */
export function keysOf(value: JmesObject, budget: JmesBudget): readonly string[] {
  const keys = Object.keys(value)
  budget.spend(keys.length)
  return keys
}

/** An object whose keys are its own alone: `__proto__` and `constructor` are keys like any other. */
export function emptyObject(): Record<string, unknown> {
  return Object.create(null)
}

/** Whether two values are equal as the specification has it; charges the budget for what it compares. */
export function deepEqual(first: unknown, second: unknown, budget: JmesBudget, depth = 0): boolean {
  budget.spend(1)
  if (depth > maxDataDepth) throw tooDeepData()
  if (typeof first === 'string' && typeof second === 'string') {
    if (first.length !== second.length) return false
    budget.spendText(first.length)
    return first === second
  }
  // The same list may be reached along many ways: going into it twice would cost exponential time.
  if (first === second) return true
  if (Array.isArray(first) && Array.isArray(second)) {
    return (
      first.length === second.length &&
      first.every((each, at) => deepEqual(each, second[at], budget, depth + 1))
    )
  }
  if (!isJmesObject(first) || !isJmesObject(second)) return false
  const keys = keysOf(first, budget)
  return (
    keys.length === keysOf(second, budget).length &&
    keys.every((key) => Object.hasOwn(second, key) && deepEqual(first[key], second[key], budget, depth + 1))
  )
}

/** JSON text of a value, paid for piece by piece: a small graph of shared lists can be endless text. */
export function jsonText(value: unknown, budget: JmesBudget, depth = 0): string {
  budget.spend(1)
  if (depth > maxDataDepth) throw tooDeepData()
  if (Array.isArray(value)) {
    return `[${value.map((each) => jsonText(each, budget, depth + 1)).join(',')}]`
  }
  if (isJmesObject(value)) {
    const pairs = keysOf(value, budget).map(
      (key) => `${jsonText(key, budget)}:${jsonText(value[key], budget, depth + 1)}`,
    )
    return `{${pairs.join(',')}}`
  }
  if (typeof value === 'string') budget.spendText(value.length)
  return JSON.stringify(value ?? null)
}

/** Order of texts by code point, as JMESPath sorts; JavaScript's own order is by UTF-16 unit. */
export function compareText(first: string, second: string, budget: JmesBudget): number {
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
