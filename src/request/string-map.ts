import { quote } from '../errors/kind.ts'
import { isRecord } from '../json/is-record.ts'

/** A JSON object of strings, or why it is none. */
export type StringMap =
  | { readonly values: ReadonlyMap<string, string> }
  /** What is wrong, ready for a sentence; names keys, never values. */
  | { readonly reason: string }

/**
 * Reads JSON text of an object whose values are strings.
 *
 * The values may be tokens, and JSON.parse quotes its input in its errors: neither those errors nor any
 * value gets into `reason`. The result is a Map, so that a key `__proto__` is a key like any other.
 */
export function readStringMap(text: string): StringMap {
  const parsed = parseJson(text)
  if (parsed === undefined) return { reason: 'it is not JSON' }
  if (!isRecord(parsed.value)) return { reason: `it is ${jsonKind(parsed.value)}` }
  const values = new Map<string, string>()
  for (const [key, value] of Object.entries(parsed.value)) {
    if (typeof value !== 'string') {
      return { reason: `the value of ${quote(key)} is ${jsonKind(value)}` }
    }
    values.set(key, value)
  }
  return { values }
}

/** JSON.parse without its error, which quotes what it read. */
export function parseJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** What a JSON value is, in words for a sentence. */
export function jsonKind(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
