import { Sensitive } from '../process/sensitive.ts'
import type { JsonValue } from './json-value.ts'
import { parseJson } from './parse-json.ts'

/** A secret's value as JSON data; undefined stands for a value that is not JSON. */
export type JsonDocument = Sensitive<ReadJson | undefined>

/** `isReplaced`: the value is not valid UTF-8, and U+FFFD stands in its strings for what is not, as Go reads it. */
export interface ReadJson {
  readonly value: JsonValue
  readonly isReplaced?: true
}

/** Reads a value (UTF-8) as JSON, once for all that is taken out of it. */
export function readJsonDocument(content: Sensitive<Uint8Array>): JsonDocument {
  try {
    return new Sensitive(parseJson(new TextDecoder('utf-8', { fatal: true }).decode(content.reveal())))
  } catch {
    const parsed = parseJson(new TextDecoder().decode(content.reveal()))
    return new Sensitive(parsed === undefined ? undefined : { ...parsed, isReplaced: true })
  }
}

/** The data of a document of which all is taken: there it must be valid UTF-8. */
export function wholeJson(document: JsonDocument): ReadJson | undefined {
  const json = document.reveal()
  return json?.isReplaced === true ? undefined : json
}
