import type { PaidText } from '../../json/paid-text.ts'

/** Adds a line of a Java properties file in ASCII, so that it reads the same from bytes and from characters. */
export function writePropertiesLine(key: string, value: string, text: PaidText): void {
  text.addEscaped(key, (slice) => escaped(slice, /[ =:#!\\]/g))
  text.add(value.startsWith(' ') ? '=\\' : '=')
  text.addEscaped(value, (slice) => escaped(slice, /\\/g))
  text.add('\n')
}

function escaped(slice: string, signs: RegExp): string {
  return slice
    .toWellFormed()
    .replace(signs, '\\$&')
    .replace(/[^ -~]/g, (unit) => short[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' }
