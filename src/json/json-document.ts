import { Sensitive } from '../process/sensitive.ts'
import type { JsonValue } from './json-value.ts'
import { parseJson } from './parse-json.ts'

/** A secret's value as JSON data; undefined stands for a value that is not JSON. */
export type JsonDocument = Sensitive<{ readonly value: JsonValue } | undefined>

/** Reads a value (UTF-8) as JSON, once for all that is taken out of it. */
export function readJsonDocument(content: Sensitive<Uint8Array>): JsonDocument {
  try {
    return new Sensitive(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(content.reveal())))
  } catch {
    // It is not UTF-8.
    return new Sensitive(undefined)
  }
}
