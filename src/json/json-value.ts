import type { JsonNumber } from './json-number.ts'

/** JSON data with nothing lost: numbers keep their digits, objects the order of their keys. */
export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject

/** A Map, since a plain object puts keys such as `10` first, and has a prototype to trip over. */
export type JsonObject = ReadonlyMap<string, JsonValue>

export function isJsonObject(value: unknown): value is JsonObject {
  return value instanceof Map
}
