import { isJsonNumber } from './json-number.ts'
import { jsonText } from './json-text.ts'
import { isJsonObject } from './json-value.ts'
import { maxDataDepth, tooDeepData, type WorkBudget } from './work-budget.ts'

/**
 * YAML of a value in block style, without a line end behind it: keys in their order, numbers as they stand.
 *
 * Strings are always in double quotes, so that no reader of YAML 1.1 or 1.2 takes one for a date, a boolean or
 * a number. What JSON lacks is null. Paid for as JSON text is.
 */
export function yamlText(value: unknown, budget: WorkBudget): string {
  return node(value, '', budget, 0).trimStart()
}

/** Begins with a line end when it needs lines of its own, else with a space. */
function node(value: unknown, indent: string, budget: WorkBudget, depth: number): string {
  budget.spend(1)
  if (depth > maxDataDepth) throw tooDeepData()
  const inner = (each: unknown) => node(each, `${indent}  `, budget, depth + 1)
  const line = (text: string) => {
    budget.spendText(indent.length + text.length)
    return `\n${indent}${text}`
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []'
    return value.map((each) => line(`-${inner(each)}`)).join('')
  }
  if (isJsonObject(value)) {
    if (value.size === 0) return ' {}'
    return Array.from(value, ([key, each]) => {
      const name = keyText(key)
      // A key of more than 1024 characters must say that it is one.
      return name.length > 1000 ? line(`? ${name}`) + line(`:${inner(each)}`) : line(`${name}:${inner(each)}`)
    }).join('')
  }
  if (isJsonNumber(value)) return ` ${jsonText(value, budget)}`
  return typeof value === 'string'
    ? ` ${quoted(value, budget)}`
    : ` ${value === true || value === false ? value : null}`
}

function keyText(key: string): string {
  return isPlain(key) ? key : escaped(key)
}

/** A name that no reader takes for anything else; `y`, `no` and `null` are among those that some do. */
function isPlain(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(key)
}

function quoted(text: string, budget: WorkBudget): string {
  budget.spendText(text.length)
  return escaped(text)
}

/** As JSON, and escaped besides what YAML takes for a line end, or for nothing that can be printed. */
function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
