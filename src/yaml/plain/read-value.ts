import type { Steps } from '../../process/in-turns.ts'
import { isNullWord, type TreeBuilder, unset, type WrittenPair } from '../tree-builder.ts'
import type { YamlItem, YamlNode } from '../yaml-node.ts'
import { type Cursor, leaveToLibrary, weightOfCollection } from './cursor.ts'

/** Lists and maps inside each other; deeper text is left to the library, and its bounds. */
export const maxDepth = 8
/** The library refuses a longer key. */
const maxKeyLength = 1024

/** Where a value stands. */
export interface ValuePlace {
  readonly depth: number
  /** Its lines begin no further left. */
  readonly least: number
  /** A scalar ends at a comma or bracket, not with the line. */
  readonly inBrackets: boolean
  /** Of brackets that stand in no others. */
  readonly isOuter?: boolean
}

/**
 * Reads a value that begins on this line: a scalar, an alias, or a list or map in brackets, with or without an anchor.
 * @throws {NotPlain} and {UnreadableYaml}.
 */
export function* readValue(cursor: Cursor, builder: TreeBuilder, place: ValuePlace): Steps<YamlItem> {
  const anchor = takeAnchor(cursor)
  if (anchor !== undefined) {
    cursor.takeMatch(/ +/y)
    if (cursor.character === '*') leaveToLibrary()
  }
  const at = cursor.position
  if (cursor.character === '*') return { at, node: builder.anchored(takeAlias(cursor), at) }
  builder.open(anchor)
  return { at, node: builder.close(anchor, yield* readNode(cursor, builder, place)) }
}

/** The name of an anchor that stands here. */
export function takeAnchor(cursor: Cursor): string | undefined {
  return cursor.match(/&[A-Za-z0-9_-]+/y)?.slice(1)
}

/** A word, or `<<`, and a colon with a space or the end of the line behind it; undefined for all else. */
export function takeKey(cursor: Cursor): string | undefined {
  const key = cursor.match(/(?:[A-Za-z][A-Za-z0-9_./-]*|<<):(?= |\n|$)/y)?.slice(0, -1)
  if (key === undefined) return undefined
  if (key.length > maxKeyLength || isNullWord(key)) leaveToLibrary()
  cursor.count()
  return key
}

/** Brings in the fields of another map. */
export const mergeKey = '<<'

function takeAlias(cursor: Cursor): string {
  cursor.count()
  return cursor.takeMatch(/\*[A-Za-z0-9_-]+(?=[ \n,\]}]|$)/y).slice(1)
}

function* readNode(cursor: Cursor, builder: TreeBuilder, place: ValuePlace): Steps<YamlNode> {
  switch (cursor.character) {
    case '[':
      return yield* readList(cursor, builder, inside(place))
    case '{':
      return yield* readMap(cursor, builder, inside(place))
    case '"':
    case "'":
      cursor.count()
      return { kind: 'text', size: 1, text: readQuoted(cursor) }
    default:
      cursor.count()
      return readPlain(place.inBrackets ? cursor.takeMatch(/[^ \n,[\]{}]+/y) : cursor.takeLine())
  }
}

function inside({ depth, least, inBrackets }: ValuePlace): ValuePlace {
  if (depth >= maxDepth) leaveToLibrary()
  return { depth: depth + 1, least, inBrackets: true, isOuter: !inBrackets }
}

function* readList(cursor: Cursor, builder: TreeBuilder, place: ValuePlace): Steps<YamlNode> {
  const items: YamlItem[] = []
  for (const _ of between(cursor, ['[', ']'], place)) {
    if (cursor.isPauseDue()) yield
    items.push(yield* readValue(cursor, builder, place))
  }
  return builder.list(items)
}

function* readMap(cursor: Cursor, builder: TreeBuilder, place: ValuePlace): Steps<YamlNode> {
  const pairs: WrittenPair[] = []
  for (const _ of between(cursor, ['{', '}'], place)) {
    if (cursor.isPauseDue()) yield
    const at = cursor.position
    const written = takeKey(cursor)
    const key = written ?? takeQuotedKey(cursor)
    cursor.skipWhiteSpace(place.least)
    pairs.push({ at, key, isMerge: written === mergeKey, value: yield* readValue(cursor, builder, place) })
  }
  return builder.map(pairs)
}

/**
 * Comes to each thing that stands between brackets, with a comma behind each but perhaps the last; whoever asks for the next
 * has read it. Outer brackets may close as far left as their key.
 */
function* between(
  cursor: Cursor,
  [open, close]: readonly [string, string],
  { least, isOuter = false }: ValuePlace,
): Generator<undefined, void> {
  const next = () => {
    cursor.skipWhiteSpace(isOuter ? least - 1 : least)
    if (cursor.character === close) return false
    if (cursor.column < least) leaveToLibrary()
    return true
  }
  cursor.count(weightOfCollection)
  cursor.take(open)
  while (next()) {
    yield
    if (next()) cursor.take(',')
  }
  cursor.take(close)
}

function takeQuotedKey(cursor: Cursor): string {
  const { offset } = cursor
  const key = readQuoted(cursor)
  const length = cursor.offset - offset
  cursor.take(':')
  return bounded(cursor, key, length)
}

/** A key in quotes with a colon behind it; undefined for all else, which is not stepped over then. */
export function takeQuotedBlockKey(cursor: Cursor): string | undefined {
  const { offset, character } = cursor
  if (character !== '"' && character !== "'") return undefined
  const key = readQuoted(cursor)
  const length = cursor.offset - offset
  if (cursor.match(/:(?= |\n|$)/y) !== undefined) return bounded(cursor, key, length)
  cursor.offset = offset
  return undefined
}

function bounded(cursor: Cursor, key: string, length: number): string {
  cursor.count()
  return length > maxKeyLength ? leaveToLibrary() : key
}

/** On one line. */
function readQuoted(cursor: Cursor): string {
  const { text, offset, character: quote } = cursor
  const from = offset + 1
  const to =
    quote === "'" ? endOfSingle(text, from) : quote === '"' ? endOfDouble(text, from) : leaveToLibrary()
  cursor.offset = to + 1
  const inner = text.slice(from, to)
  if (inner.includes('\n')) leaveToLibrary()
  return quote === "'" ? inner.replaceAll("''", "'") : inner.includes('\\') ? unescaped(inner) : inner
}

function endOfSingle(text: string, from: number): number {
  let to = text.indexOf("'", from)
  while (to !== -1 && text[to + 1] === "'") to = text.indexOf("'", to + 2)
  return to === -1 ? leaveToLibrary() : to
}

function endOfDouble(text: string, from: number): number {
  let to = from
  while (to < text.length && text[to] !== '"') to += text[to] === '\\' ? 2 : 1
  return to < text.length ? to : leaveToLibrary()
}

/** Escapes that YAML has from JSON; halves of a pair are left alone. */
function unescaped(inner: string): string {
  if (/\\u[dD][89A-Fa-f]/.test(inner)) leaveToLibrary()
  try {
    return JSON.parse(`"${inner}"`) as string
  } catch {
    return leaveToLibrary()
  }
}

/** Words that can only be a string or nothing. */
function readPlain(written: string): YamlNode {
  if (isNullWord(written)) return unset
  const isClear =
    /^[A-Za-z0-9/_.$(\u00a1-\uffff]\S*(?: +\S+)*$/.test(written) && !/: |:$|^\.\.\.$/.test(written)
  return isClear ? { kind: 'text', size: 1, text: written, isPlain: true } : leaveToLibrary()
}
