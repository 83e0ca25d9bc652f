import { plainText, scalarText, writeJson } from '../../json/json-text.ts'
import type { JsonValue } from '../../json/json-value.ts'
import type { PaidText } from '../../json/paid-text.ts'
import { writeYaml, yamlEscaped } from '../../json/yaml-text.ts'
import type { Quoting } from '../../plan/compose/template.ts'

/**
 * Writes a value in a place, so that it cannot end what it stands in; `json`, `yaml` and `sh` bring
 * their quotes. Lists and objects are JSON. Gives a reason, without the value, where there is no way to say it.
 */
export function quotePart(
  value: JsonValue,
  quoting: Quoting | undefined,
  text: PaidText,
): string | undefined {
  if (quoting === 'json') {
    writeJson(value, text)
    return undefined
  }
  if (quoting === 'yaml') {
    // JSON is YAML, but for what YAML takes for a line end: no structure brings lines of its own.
    if (scalarText(value) === undefined) writeJson(value, text, yamlEscaped)
    else writeYaml(value, text)
    return undefined
  }
  const plain = plainText(value, text)
  const problem = problemIn(plain, quoting)
  if (problem !== undefined) return problem
  if (quoting === 'sh') {
    text.add("'")
    text.addEscaped(plain, (slice) => slice.replaceAll("'", "'\\''"))
    text.add("'")
  } else if (quoting === 'xml') text.addEscaped(plain, xml)
  else if (quoting === 'url') text.addEscaped(plain, url)
  else text.add(plain)
  return undefined
}

function problemIn(plain: string, quoting: Quoting | undefined): string | undefined {
  if (quoting === 'sh' && plain.includes('\0')) return 'a shell cannot hold a NUL character'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML 1.0 cannot hold
  const notInXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/
  return quoting === 'xml' && (notInXml.test(plain) || !plain.isWellFormed())
    ? 'it has a character that XML 1.0 cannot hold'
    : undefined
}

/** For text and for attributes, which turn line ends that are not escaped into spaces. */
function xml(slice: string): string {
  return slice.replace(/[&<>"'\t\n\r\u0085\u2028]/g, (each) => `&#${each.charCodeAt(0)};`)
}

/** All but letters, digits and `-._~` (RFC 3986): it can stand anywhere in a URL. */
function url(slice: string): string {
  return encodeURIComponent(slice.toWellFormed()).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
