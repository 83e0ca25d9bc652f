import type { Steps } from '../../process/in-turns.ts'
import { TreeBuilder, unset, type WrittenPair } from '../tree-builder.ts'
import type { YamlItem } from '../yaml-node.ts'
import { Cursor, leaveToLibrary, NotPlain, weightOfCollection } from './cursor.ts'
import { maxDepth, mergeKey, readValue, takeAnchor, takeKey, takeQuotedBlockKey } from './read-value.ts'

/** Longer text is refused, however it is written. */
const maxLength = 262_144

/**
 * Reads YAML as nearly everybody writes it: lists and maps in block style or in brackets (JSON, say), values on one line,
 * anchors, aliases and merge keys, comments on lines or at their ends.
 *
 * Undefined for all else, and whenever there is the least doubt: the library reads that. What is read here, the library
 * reads alike, positions included, or refuses for its length or its words alone; a property test and a fuzz target hold
 * both to that. It takes a tenth of the library's time and memory, which a node that comes up with a hundred classes
 * notices, and one beside a class of thousands of files.
 *
 * Pauses between values, every now and then.
 *
 * @throws {UnreadableYaml} for what is understood and cannot be: an alias without its anchor, more values than there may be.
 */
export function* readPlainYaml(given: string): Steps<YamlItem | undefined> {
  if (given.length > maxLength || !given.isWellFormed()) return undefined
  // None of these moves a line or column.
  const text = given.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
  if (unclear.test(text)) return undefined
  try {
    return yield* new PlainReader(new Cursor(text)).read()
  } catch (error) {
    if (error instanceof NotPlain) return undefined
    throw error
  }
}

/** Characters that one reader takes for a space or the end of a line and another does not, and those that cannot be seen. */
const unclear = /[^\n -~\u00a1-\uffff]|[\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\ufffe\uffff]/

class PlainReader {
  readonly #cursor: Cursor
  readonly #builder = new TreeBuilder()

  constructor(cursor: Cursor) {
    this.#cursor = cursor
  }

  *read(): Steps<YamlItem> {
    const cursor = this.#cursor
    if (cursor.column === 0 && cursor.match(/---(?= *\n)/y) !== undefined) cursor.nextLine()
    const { character, isAtItem, column } = cursor
    const isInBrackets = character === '[' || character === '{'
    if (!isAtItem && !isInBrackets) leaveToLibrary()
    const item = yield* isAtItem ? this.#list(column, 1) : this.#value(1, -1)
    return cursor.isAtEnd ? item : leaveToLibrary()
  }

  /** A list whose marks stand in that column. */
  *#list(column: number, depth: number, anchor?: string): Steps<YamlItem> {
    const cursor = this.#cursor
    const at = cursor.position
    this.#open(depth, anchor)
    const items: YamlItem[] = []
    while (cursor.isAtItem && cursor.column === column) {
      if (cursor.isPauseDue()) yield
      cursor.take('-')
      items.push(yield* this.#item(column, depth))
    }
    return { at, node: this.#builder.close(anchor, this.#builder.list(items)) }
  }

  /** What follows the mark of an item: a map whose first key stands on its line, or below its anchor, or a value. */
  *#item(column: number, depth: number): Steps<YamlItem> {
    const cursor = this.#cursor
    cursor.skipSpaces()
    if (cursor.isAtItem) leaveToLibrary()
    const anchor = this.#lineOfAnchor()
    if (anchor !== undefined)
      return cursor.isAtItem ? leaveToLibrary() : yield* this.#below(column, depth, anchor)
    const first = this.#keyHere()
    return yield* first === undefined ? this.#value(depth, column) : this.#map(first, depth + 1)
  }

  /** A map whose keys stand in the column of the first, which has been read. */
  *#map(first: WrittenKey, depth: number, anchor?: string): Steps<YamlItem> {
    const cursor = this.#cursor
    const column = first.at.column - 1
    this.#open(depth, anchor)
    const pairs: WrittenPair[] = []
    for (let key: WrittenKey | undefined = first; key !== undefined; ) {
      if (cursor.isPauseDue()) yield
      pairs.push({ ...key, value: yield* this.#valueOf(column, depth) })
      // The next item of a list whose map this is stands further left; here it can only be a mistake.
      const isNext: boolean = !cursor.isAtEnd && cursor.column === column
      key = isNext ? (this.#keyHere() ?? leaveToLibrary()) : undefined
    }
    return { at: first.at, node: this.#builder.close(anchor, this.#builder.map(pairs)) }
  }

  #keyHere(): WrittenKey | undefined {
    const at = this.#cursor.position
    const plain = takeKey(this.#cursor)
    const key = plain ?? takeQuotedBlockKey(this.#cursor)
    return key === undefined ? undefined : { at, key, isMerge: plain === mergeKey }
  }

  /** The value of a key in that column: on its line, a list or map below it, or nothing at all. */
  *#valueOf(column: number, depth: number): Steps<YamlItem> {
    const cursor = this.#cursor
    cursor.skipSpaces()
    const at = cursor.position
    if (!cursor.skipLineEnd()) {
      const anchor = this.#lineOfAnchor()
      return yield* anchor === undefined ? this.#value(depth, column) : this.#below(column, depth, anchor)
    }
    cursor.nextLine()
    const isBelow = !cursor.isAtEnd && (cursor.isAtItem ? cursor.column >= column : cursor.column > column)
    if (isBelow) return yield* this.#below(column, depth)
    cursor.count()
    return { at, node: unset }
  }

  /** The anchor of what stands below, if nothing else stands on this line. */
  #lineOfAnchor(): string | undefined {
    const cursor = this.#cursor
    const { offset } = cursor
    const anchor = takeAnchor(cursor)
    if (anchor !== undefined && cursor.skipLineEnd()) {
      cursor.nextLine()
      return anchor
    }
    cursor.offset = offset
    return undefined
  }

  /** A list or map that begins on this line, of a key in that column. */
  *#below(column: number, depth: number, anchor?: string): Steps<YamlItem> {
    const cursor = this.#cursor
    // A list may stand as far left as its key; a map may not.
    if (cursor.isAtItem && cursor.column >= column) return yield* this.#list(cursor.column, depth + 1, anchor)
    const first = cursor.column > column ? this.#keyHere() : undefined
    return first === undefined ? leaveToLibrary() : yield* this.#map(first, depth + 1, anchor)
  }

  /** A value on this line, of a list or map in that column. What stands further right below it would be a part of it. */
  *#value(depth: number, column: number): Steps<YamlItem> {
    const cursor = this.#cursor
    const item = yield* readValue(cursor, this.#builder, { depth, least: column + 1, inBrackets: false })
    cursor.nextLine()
    return cursor.isAtEnd || cursor.column <= column ? item : leaveToLibrary()
  }

  #open(depth: number, anchor: string | undefined): void {
    if (depth > maxDepth) leaveToLibrary()
    this.#cursor.count(weightOfCollection)
    this.#builder.open(anchor)
  }
}

interface WrittenKey {
  readonly at: YamlItem['at']
  readonly key: string
  readonly isMerge: boolean
}
