import { maxLexemes, maxNodes } from './bounded-tokens.ts'
import type { YamlEntry, YamlItem } from './yaml-node.ts'

/** Lists and maps inside each other; deeper text is left to the library, and its bounds. */
const maxDepth = 8
/** Longer text is refused, however it is written. */
const maxLength = 262_144
/** Twice what the library may be given, of words as of characters. */
const maxPlainLexemes = 2 * maxLexemes
/** The library refuses a longer key. */
const maxKeyLength = 1024

/**
 * Reads YAML as nearly everybody writes it: lists and maps in block style, keys of letters and digits, values on one line
 * that are quoted without escapes or are one word.
 *
 * Undefined for all else, and whenever there is the least doubt: the library reads that. What is read here, the library
 * reads alike, positions included, or refuses for its length or its words alone, of which it takes half as many; a
 * property test and a fuzz target hold both to that. It takes a tenth of the library's time and memory, which a node
 * that comes up with a hundred classes notices.
 */
export function readPlainYaml(text: string): YamlItem | undefined {
  if (text.length > maxLength || /[^\n -~]/.test(text)) return undefined
  const lines = new PlainLines(text)
  const { current } = lines
  if (current === undefined || !current.isItem) return undefined
  const list = readList(lines, current.indent, 1)
  if (list === undefined || lines.current !== undefined) return undefined
  return list.node.size > maxNodes || lines.lexemes > maxPlainLexemes ? undefined : list
}

/** What stands on one line, from a column on, counted from 0. */
interface PlainLine {
  readonly number: number
  readonly indent: number
  readonly isItem: boolean
  /** Without the spaces around it. */
  readonly text: string
}

/** The lines that are not empty, one after the other. */
class PlainLines {
  readonly #lines: readonly string[]
  #number = 0
  /** At most so many does the library's lexer make of what was read: marks, spaces, ends of lines, and two of each word. */
  lexemes = 1
  current: PlainLine | undefined

  constructor(text: string) {
    this.#lines = text.split('\n')
    this.next()
  }

  next(): void {
    this.current = undefined
    while (this.current === undefined && this.#number < this.#lines.length) {
      const line = this.#lines[this.#number++] ?? ''
      const written = line.trimEnd()
      if (written !== '') this.current = lineAt(written, this.#number)
      if (line.startsWith(' ')) this.lexemes += 1
      if (written !== '' && written.length < line.length) this.lexemes += 1
      if (this.#number < this.#lines.length) this.lexemes += 1
    }
  }

  /** What follows the mark of a list's item, as a line of its own. */
  enterItem(): void {
    const { current } = this
    if (current === undefined) return
    const inner = lineAt(current.text.slice(1), current.number)
    this.lexemes += 2
    this.current = { ...inner, indent: current.indent + 1 + inner.indent }
  }
}

function lineAt(line: string, number: number): PlainLine {
  let indent = 0
  while (line[indent] === ' ') indent += 1
  const text = line.slice(indent)
  return { number, indent, text, isItem: text === '-' || text.startsWith('- ') }
}

function readList(lines: PlainLines, indent: number, depth: number): YamlItem | undefined {
  if (depth > maxDepth) return undefined
  const at = { line: lines.current?.number ?? 0, column: indent + 1 }
  const items: YamlItem[] = []
  let size = 1
  for (let line = lines.current; line?.isItem && line.indent === indent; line = lines.current) {
    lines.enterItem()
    const item = readItem(lines, depth)
    if (item === undefined) return undefined
    items.push(item)
    size += item.node.size
  }
  return { at, node: { kind: 'list', size, items } }
}

function readItem(lines: PlainLines, depth: number): YamlItem | undefined {
  const line = lines.current
  if (line === undefined || line.isItem) return undefined
  if (keyOf(line.text) !== undefined) return readMap(lines, line.indent, depth + 1)
  const scalar = readScalar(line.text, line, line.indent)
  lines.lexemes += 2
  lines.next()
  return endsAt(lines, line.indent) ? scalar : undefined
}

function readMap(lines: PlainLines, indent: number, depth: number): YamlItem | undefined {
  if (depth > maxDepth) return undefined
  const at = { line: lines.current?.number ?? 0, column: indent + 1 }
  const entries = new Map<string, YamlEntry>()
  let size = 1
  for (let line = lines.current; line !== undefined && line.indent === indent; line = lines.current) {
    const key = keyOf(line.text)
    // The next item of a list whose map this is stands further left; here it can only be a mistake.
    if (key === undefined || entries.has(key)) return undefined
    const value = readValue(lines, line, key, depth)
    if (value === undefined) return undefined
    entries.set(key, { at: { line: line.number, column: indent + 1 }, value })
    size += 1 + value.node.size
  }
  if (!endsAt(lines, indent)) return undefined
  return { at, node: { kind: 'map', size, entries, warnings: [] } }
}

function readValue(lines: PlainLines, line: PlainLine, key: string, depth: number): YamlItem | undefined {
  const rest = line.text.slice(key.length + 1)
  lines.lexemes += rest === '' ? 3 : 6
  lines.next()
  if (rest !== '') {
    const written = rest.trimStart()
    const scalar = readScalar(written, line, line.indent + line.text.length - written.length)
    return endsAt(lines, line.indent) ? scalar : undefined
  }
  const below = lines.current
  if (below === undefined) return undefined
  // A list may stand as far left as its key; a map may not.
  if (below.isItem && below.indent >= line.indent) return readList(lines, below.indent, depth + 1)
  return below.indent > line.indent && keyOf(below.text) !== undefined
    ? readMap(lines, below.indent, depth + 1)
    : undefined
}

/** Whether nothing that stands further right follows: it would be a part of what was read. */
function endsAt({ current }: PlainLines, indent: number): boolean {
  return current === undefined || current.indent <= indent
}

/** The key of `key:` or `key: value`. */
function keyOf(text: string): string | undefined {
  const key = /^([A-Za-z][A-Za-z0-9_]*):(?: |$)/.exec(text)?.[1]
  return key === undefined || key.length > maxKeyLength || isNull(key) ? undefined : key
}

/** One word that can only be a string, or a quoted one without escapes; `column` counts from 0. */
function readScalar(written: string, { number }: PlainLine, column: number): YamlItem | undefined {
  const at = { line: number, column: column + 1 }
  if (/^(?:"[^"\\]*"|'[^']*')$/.test(written))
    return { at, node: { kind: 'text', size: 1, text: written.slice(1, -1) } }
  if (!/^[A-Za-z0-9/_.][A-Za-z0-9/_.:@+=-]*$/.test(written) || written.endsWith(':')) return undefined
  if (isNull(written) || written === '...') return undefined
  return { at, node: { kind: 'text', size: 1, text: written, isPlain: true } }
}

function isNull(word: string): boolean {
  return word.toLowerCase() === 'null'
}
