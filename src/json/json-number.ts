import type { WorkBudget } from './work-budget.ts'

/** A number whose digits a JavaScript number does not keep: `9007199254740993`, `1.10`, `1e400`, `-0`. */
export interface ExactNumber {
  /** As it stands in the JSON text. */
  readonly digits: string
}

/**
 * A number of a JSON text. It is a JavaScript number only where that prints the very digits of the text, so
 * that nothing is lost on the way from a secret to a file.
 */
export type JsonNumber = number | ExactNumber

/** The number that a text is, or undefined: `05`, `+5`, `.5` and `1_000` are none in JSON. */
export function parseNumber(text: string): JsonNumber | undefined {
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(text) ? readNumber(text) : undefined
}

/** Reads digits that were found to be a number of JSON's grammar. */
export function readNumber(digits: string): JsonNumber {
  const value = Number(digits)
  return String(value) === digits ? value : { digits }
}

/** Whether a value is a number as it stands in JSON. */
export function isJsonNumber(value: unknown): value is JsonNumber {
  return typeof value === 'number' || isExact(value)
}

/** The digits of a number as JSON writes them; a computed one gets the shortest that mean it. */
export function numberText(value: JsonNumber): string {
  if (typeof value !== 'number') return value.digits
  return Object.is(value, -0) ? '-0' : String(value)
}

/** The nearest IEEE double; infinite for `1e400`. There may be tens of thousands of digits, all of which are read and paid for. */
export function toDouble(value: JsonNumber, budget: WorkBudget): number {
  if (typeof value === 'number') return value
  budget.spendText(value.digits.length)
  return Number(value.digits)
}

/** -1, 0 or 1, by the exact decimal values: `1.10` equals `1.1`, `-0` equals `0`. */
export function compareNumbers(first: JsonNumber, second: JsonNumber): number {
  if (typeof first === 'number' && typeof second === 'number') return order(first, second)
  const one = decimalOf(numberText(first))
  const other = decimalOf(numberText(second))
  if (one.sign !== other.sign || one.sign === 0) return order(one.sign, other.sign)
  return one.sign > 0 ? compareMagnitudes(one, other) : compareMagnitudes(other, one)
}

function order<Ordered extends number | bigint | string>(first: Ordered, second: Ordered): number {
  if (first === second) return 0
  return first > second ? 1 : -1
}

function isExact(value: unknown): value is ExactNumber {
  return typeof value === 'object' && value !== null && 'digits' in value
}

/** The value is sign × 0.significand × 10^exponent; of zero the sign is 0 and the rest empty. */
interface Decimal {
  readonly sign: number
  /** Neither begins nor ends with a zero. */
  readonly significand: string
  readonly exponent: bigint
}

function decimalOf(text: string): Decimal {
  const [, minus = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const all = whole + fraction
  let start = 0
  while (all[start] === '0') start++
  let end = all.length
  while (end > start && all[end - 1] === '0') end--
  if (start === end) return { sign: 0, significand: '', exponent: 0n }
  return {
    sign: minus === '' ? 1 : -1,
    significand: all.slice(start, end),
    exponent: BigInt(exponent.replace('+', '')) + BigInt(whole.length - start),
  }
}

function compareMagnitudes(one: Decimal, other: Decimal): number {
  return order(one.exponent, other.exponent) || order(one.significand, other.significand)
}
