import { isJsonNumber } from '../json/json-number.ts'
import type { JsonValue } from '../json/json-value.ts'
import { parseJson } from '../json/parse-json.ts'

/** Where an expression stops being JMESPath: a character counted from 1, and why. */
export interface SyntaxFault {
  readonly position: number
  readonly reason: string
}

/** A token of an expression, with its position. */
export interface Token {
  /** `name`, `quoted` (a name in quotes), `number`, `literal`, or the sign itself: `[`, `&&`, `==`. */
  readonly kind: string
  readonly text: string
  /** Counted from 0. */
  readonly start: number
  /** Of a literal and a raw string. */
  readonly value?: JsonValue
}

/** Splits an expression, without its white space; a fault for what no token begins with. */
export function readTokens(
  expression: string,
): { readonly tokens: readonly Token[] } | { readonly fault: SyntaxFault } {
  const tokens: Token[] = []
  for (const { 0: text, index: start } of expression.matchAll(tokenPattern)) {
    if (/^[ \t\n\r]/.test(text)) continue
    const read = readToken(text)
    if ('reason' in read) return { fault: { position: start + 1, reason: read.reason } }
    tokens.push({ ...read, text, start })
  }
  return { tokens }
}

/** One token of the language, or a stretch of white space; a quote that stands alone is one that nobody closed. */
const tokenPattern =
  /"(?:\\[\s\S]|[^"\\])*"|`(?:\\[\s\S]|[^`\\])*`|'(?:\\[\s\S]|[^'\\])*'|[A-Za-z_][A-Za-z0-9_]*|-?[0-9]+|[ \t\n\r]+|\[[?\]]?|[<>=!]=?|&&?|\|\|?|[\s\S]/gu

const signs = new Set('[] [ [? ] ( ) { } . , : * @ & && | || ! != == < <= > >='.split(' '))

function readToken(
  text: string,
): { readonly kind: string; readonly value?: JsonValue } | { readonly reason: string } {
  if (signs.has(text)) return { kind: text }
  if (/^[A-Za-z_]/.test(text)) return { kind: 'name' }
  if (/^-?[0-9]/.test(text)) return { kind: 'number' }
  if (/^["'`]$/.test(text)) return { reason: `the quote ${text} is not closed` }
  if (text === '=') return { reason: 'a single = is not an operator (write ==)' }
  if (text === '-') return { reason: 'a - needs a digit after it (names with a dash need "quotes")' }
  const inner = text.slice(1, -1)
  // A backslash before anything but a quote stands for itself.
  if (text.startsWith("'")) return { kind: 'literal', value: inner.replaceAll("\\'", "'") }
  if (text.startsWith('"') && parseJson(text) !== undefined) return { kind: 'quoted' }
  const literal = text.startsWith('`') ? literalOf(inner) : undefined
  return literal === undefined
    ? { reason: `${shortened(text)} is not understood` }
    : { kind: 'literal', value: literal.value }
}

/** JSON, or as in the first edition of the specification a string without its quotes. */
function literalOf(inner: string): { readonly value: JsonValue } | undefined {
  const text = inner.replaceAll('\\`', '`').trimStart()
  const isJson = /^[[{"]|^(?:true|false|null)$/.test(text)
  if (isJson) return parseJson(text)
  const number = parseJson(text)
  return isJsonNumber(number?.value) ? number : parseJson(`"${text}"`)
}

/** A piece of an expression as a message shows it. */
export function shortened(text: string): string {
  return JSON.stringify(Array.from(text).slice(0, 40).join(''))
}
