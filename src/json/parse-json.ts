import { readNumber } from './json-number.ts'
import type { JsonValue } from './json-value.ts'

/**
 * Reads a JSON text (RFC 8259) with nothing lost; undefined when it is none.
 *
 * Of a repeated key the last value counts, as in JSON.parse, which cannot take this place: it rounds numbers
 * and reorders keys, and its errors quote the text. Any depth is read, with a stack of its own.
 */
export function parseJson(text: string): { readonly value: JsonValue } | undefined {
  const scanner = new Scanner(text)
  const outer: Container[] = []
  let inside: Container | undefined
  for (;;) {
    let value: JsonValue | undefined
    const code = scanner.next()
    if (code === braceOpen || code === bracketOpen) {
      scanner.at++
      const opened = code === braceOpen ? object() : list()
      if (scanner.next() !== opened.closing) {
        if (inside !== undefined) outer.push(inside)
        inside = opened
        if (opened.entries !== undefined && !readKey(scanner, opened)) return undefined
        continue
      }
      scanner.at++
      value = opened.entries ?? opened.items
    } else {
      value = scanner.scalar(code)
    }
    if (value === undefined) return undefined
    // A value is complete, and with it every container that closes behind it.
    for (;;) {
      const after = scanner.next()
      if (inside === undefined) return scanner.at === text.length ? { value } : undefined
      if (inside.entries === undefined) inside.items.push(value)
      else inside.entries.set(inside.key, value)
      scanner.at++
      if (after === comma) {
        if (inside.entries !== undefined && !readKey(scanner, inside)) return undefined
        break
      }
      if (after !== inside.closing) return undefined
      value = inside.entries ?? inside.items
      inside = outer.pop()
    }
  }
}

/** An object has entries, a list has items. */
interface Container {
  readonly closing: number
  readonly entries: Map<string, JsonValue> | undefined
  readonly items: JsonValue[]
  /** Of the value that comes next, in an object. */
  key: string
}

const noItems: JsonValue[] = []

function object(): Container {
  return { closing: braceClose, entries: new Map(), items: noItems, key: '' }
}

function list(): Container {
  return { closing: bracketClose, entries: undefined, items: [], key: '' }
}

function readKey(scanner: Scanner, into: Container): boolean {
  const key = scanner.next() === quote ? scanner.string() : undefined
  if (key === undefined || scanner.next() !== colon) return false
  scanner.at++
  into.key = key
  return true
}

/** Steps through a text. Long stretches are left to native calls: most of this code runs interpreted. */
class Scanner {
  at = 0
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** The code of the next character that is no white space; NaN at the end. */
  next(): number {
    const { text } = this
    let code = text.charCodeAt(this.at)
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
      code = text.charCodeAt(++this.at)
    }
    return code
  }

  scalar(code: number): JsonValue | undefined {
    switch (code) {
      case quote:
        return this.string()
      case 0x74:
        return this.word('true', true)
      case 0x66:
        return this.word('false', false)
      case 0x6e:
        return this.word('null', null)
      default:
        return this.number()
    }
  }

  /** The string whose opening quote comes next. */
  string(): string | undefined {
    const { text, at } = this
    const end = closingQuote(text, at)
    if (end === -1) return undefined
    this.at = end + 1
    const inner = text.slice(at + 1, end)
    return needsReading.test(inner) ? unescaped(text.slice(at, end + 1)) : inner
  }

  word<Value>(word: string, value: Value): Value | undefined {
    if (!this.text.startsWith(word, this.at)) return undefined
    this.at += word.length
    return value
  }

  number(): JsonValue | undefined {
    numberPattern.lastIndex = this.at
    if (!numberPattern.test(this.text)) return undefined
    const digits = this.text.slice(this.at, numberPattern.lastIndex)
    this.at = numberPattern.lastIndex
    return readNumber(digits)
  }
}

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const bracketOpen = 0x5b
const bracketClose = 0x5d
const braceOpen = 0x7b
const braceClose = 0x7d

const numberPattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y

/** Escapes, and control characters, which JSON refuses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const needsReading = /[\\\u0000-\u001f]/

/** The first quote after the opening one with an even number of backslashes before it; -1 without one. */
function closingQuote(text: string, opening: number): number {
  let end = text.indexOf('"', opening + 1)
  while (end !== -1) {
    let before = end - 1
    while (text.charCodeAt(before) === 0x5c) before--
    if ((end - before) % 2 === 1) return end
    end = text.indexOf('"', end + 1)
  }
  return -1
}

function unescaped(quoted: string): string | undefined {
  try {
    return JSON.parse(quoted)
  } catch {
    return undefined
  }
}
