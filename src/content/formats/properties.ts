/** A line of a Java properties file in ASCII, so that it reads the same from bytes and from characters. */
export function propertiesLine(key: string, value: string): string {
  return `${escaped(key, /[ =:#!\\]/g)}=${escaped(value, /^ |\\/g)}\n`
}

function escaped(text: string, signs: RegExp): string {
  return text
    .toWellFormed()
    .replace(signs, '\\$&')
    .replace(/[^ -~]/g, (unit) => short[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' }
