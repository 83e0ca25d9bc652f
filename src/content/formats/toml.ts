import { isJsonNumber, numberText } from '../../json/json-number.ts'
import { jsonEscaped } from '../../json/json-text.ts'
import { isJsonObject, type JsonValue } from '../../json/json-value.ts'
import type { PaidText } from '../../json/paid-text.ts'
import { maxDataDepth, tooDeepData } from '../../json/work-budget.ts'
import { FormatFault } from './format-fault.ts'

/** Adds a line of TOML 1.0: nested objects are inline tables, and a null in them is left out. */
export function writeTomlLine(key: string, value: JsonValue, text: PaidText): void {
  writeKey(key, text)
  text.add(' = ')
  writeValue(key, value, text, 0)
  text.add('\n')
}

/** `key` is what a fault names. */
function writeValue(key: string, value: JsonValue, text: PaidText, depth: number): void {
  text.budget.spend(1)
  if (depth > maxDataDepth) throw tooDeepData()
  if (value === null) throw new FormatFault(key, 'TOML has no null that could stand in a list')
  let before = ''
  if (typeof value === 'boolean') text.add(String(value))
  else if (isJsonNumber(value)) text.add(tomlNumber(key, numberText(value)))
  else if (typeof value === 'string') writeString(value, text)
  else if (isJsonObject(value)) {
    text.add('{')
    for (const [name, each] of value) {
      if (each === null) continue
      text.add(`${before} `)
      writeKey(name, text)
      text.add(' = ')
      writeValue(key, each, text, depth + 1)
      before = ','
    }
    text.add(before === '' ? '}' : ' }')
  } else {
    text.add('[')
    for (const each of value) {
      text.add(before)
      writeValue(key, each, text, depth + 1)
      before = ', '
    }
    text.add(']')
  }
}

/** An integer of more than 64 bits is refused by most readers of TOML, so that it would spoil the whole file. */
function tomlNumber(key: string, text: string): string {
  const isInteger = /^-?\d+$/.test(text)
  if (isInteger && (text.length > 20 || BigInt.asIntN(64, BigInt(text)) !== BigInt(text))) {
    throw new FormatFault(key, 'TOML has integers of 64 bits, and this one is larger')
  }
  return text
}

function writeKey(key: string, text: PaidText): void {
  if (/^[A-Za-z0-9_-]+$/.test(key)) text.add(key)
  else writeString(key, text)
}

function writeString(value: string, text: PaidText): void {
  text.add('"')
  text.addEscaped(value, tomlEscaped)
  text.add('"')
}

/** JSON's escapes are TOML's as well, but for DEL, which TOML wants escaped. */
function tomlEscaped(slice: string): string {
  return jsonEscaped(slice.toWellFormed()).replaceAll('\u007f', '\\u007f')
}
