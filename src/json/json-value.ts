import { isJsonNumber, type JsonNumber } from './json-number.ts'

/** JSON data with nothing lost: numbers keep their digits, objects the order of their keys. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject

/** A Map, since a plain object puts keys such as `10` first, and has a prototype to trip over. */
export type JsonObject = ReadonlyMap<string, JsonValue>

/** Whether a value is an object, and no list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return value instanceof Map
}

/** The kind of a value as a noun in a sentence: "a list", "an object", "null". */
export function jsonKind(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (isJsonNumber(value)) return 'a number'
  return isJsonObject(value) ? 'an object' : `a ${typeof value}`
}
