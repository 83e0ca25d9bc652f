import { quote } from '../errors/kind.ts'
import { isRecord } from '../json/is-record.ts'
import { plainKind, readPlainJson } from '../json/plain-json.ts'

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
  const parsed = readPlainJson(text)
  if (parsed === undefined) return { reason: 'it is not JSON' }
  if (!isRecord(parsed.value)) return { reason: `it is ${plainKind(parsed.value)}` }
  const values = new Map<string, string>()
  for (const [key, value] of Object.entries(parsed.value)) {
    if (typeof value !== 'string') {
      return { reason: `the value of ${quote(key)} is ${plainKind(value)}` }
    }
    values.set(key, value)
  }
  return { values }
}
