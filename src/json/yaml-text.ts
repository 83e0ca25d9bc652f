import { isJsonNumber, numberText } from './json-number.ts'
import { jsonEscaped } from './json-text.ts'
import { isJsonObject } from './json-value.ts'
import { PaidText } from './paid-text.ts'
import { maxDataDepth, tooDeepData, type WorkBudget } from './work-budget.ts'

/** YAML of a value, as writeYaml writes it. */
export function yamlText(value: unknown, budget: WorkBudget): string {
  const text = new PaidText(budget)
  writeYaml(value, text)
  return text.made()
}

/**
 * Adds the YAML of a value in block style, without a line end behind it: keys in their order, numbers as they stand.
 *
 * Strings are always in double quotes, so that no reader of YAML 1.1 or 1.2 takes one for a date, a boolean or
 * a number. What JSON lacks is null. Paid for as JSON text is.
 *
 * @throws {CostFault} or RoomFault.
 */
export function writeYaml(value: unknown, text: PaidText): void {
  writeNode(value, '', text, 0)
}

/** Begins with a line end when it needs lines of its own, else with a space; at the top with neither. */
function writeNode(value: unknown, indent: string, text: PaidText, depth: number): void {
  text.budget.spend(1)
  if (depth > maxDataDepth) throw tooDeepData()
  let start = depth === 0 ? '' : `\n${indent}`
  const writeLine = (first: string, each: unknown) => {
    text.add(start)
    text.add(first)
    writeNode(each, `${indent}  `, text, depth + 1)
    start = `\n${indent}`
  }
  const space = depth === 0 ? '' : ' '
  if (Array.isArray(value)) {
    if (value.length === 0) text.add(`${space}[]`)
    for (const each of value) writeLine('-', each)
  } else if (isJsonObject(value)) {
    if (value.size === 0) text.add(`${space}{}`)
    for (const [key, each] of value) {
      const name = key.length > longestName ? undefined : keyText(key)
      if (name !== undefined && name.length <= longestName) {
        writeLine(`${name}:`, each)
        continue
      }
      text.add(`${start}? `)
      writeKey(key, text)
      start = `\n${indent}`
      writeLine(':', each)
    }
  } else {
    text.add(space)
    if (typeof value === 'string') writeQuoted(value, text)
    else if (isJsonNumber(value)) text.add(numberText(value))
    else text.add(`${value === true || value === false ? value : null}`)
  }
}

/** A key of more than 1024 characters must say that it is one. */
const longestName = 1_000

function keyText(key: string): string {
  return isPlain(key) ? key : `"${yamlEscaped(key)}"`
}

function writeKey(key: string, text: PaidText): void {
  if (isPlain(key)) text.add(key)
  else writeQuoted(key, text)
}

/** A name that no reader takes for anything else; `y`, `no` and `null` are among those that some do. */
function isPlain(key: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(key)
}

function writeQuoted(value: string, text: PaidText): void {
  text.add('"')
  text.addEscaped(value, yamlEscaped)
  text.add('"')
}

/** As JSON, and escaped besides what YAML takes for a line end, or for nothing that can be printed. */
export function yamlEscaped(slice: string): string {
  return jsonEscaped(slice).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
