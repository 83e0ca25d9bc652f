import { isJsonNumber, numberText } from '../../json/json-number.ts'
import { isJsonObject, type JsonValue } from '../../json/json-value.ts'
import { maxDataDepth, tooDeepData, type WorkBudget } from '../../json/work-budget.ts'
import { FormatFault } from './format-fault.ts'

/** A line of TOML 1.0: nested objects are inline tables, and a null in them is left out. */
export function tomlLine(key: string, value: JsonValue, budget: WorkBudget): string {
  return `${tomlKey(key)} = ${tomlValue(key, value, budget, 0)}\n`
}

function tomlValue(key: string, value: JsonValue, budget: WorkBudget, depth: number): string {
  budget.spend(1)
  if (depth > maxDataDepth) throw tooDeepData()
  const inner = (each: JsonValue) => tomlValue(key, each, budget, depth + 1)
  if (value === null) throw new FormatFault(key, 'TOML has no null that could stand in a list')
  if (typeof value === 'boolean') return String(value)
  if (isJsonNumber(value)) return tomlNumber(key, numberText(value))
  if (isJsonObject(value)) {
    const pairs = Array.from(value)
      .filter(([, each]) => each !== null)
      .map(([name, each]) => `${tomlKey(name)} = ${inner(each)}`)
    return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
  }
  if (typeof value !== 'string') return `[${value.map(inner).join(', ')}]`
  budget.spendText(value.length)
  return tomlString(value)
}

/** An integer of more than 64 bits is refused by most readers of TOML, so that it would spoil the whole file. */
function tomlNumber(key: string, text: string): string {
  const isInteger = /^-?\d+$/.test(text)
  if (isInteger && (text.length > 20 || BigInt.asIntN(64, BigInt(text)) !== BigInt(text))) {
    throw new FormatFault(key, 'TOML has integers of 64 bits, and this one is larger')
  }
  return text
}

function tomlKey(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : tomlString(key)
}

/** JSON's escapes are TOML's as well, but for DEL, which TOML wants escaped. */
function tomlString(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u007f', '\\u007f')
}
