import type { SourcePosition } from '../finding.ts'
import { maxNodes, tooLarge } from '../tree-builder.ts'

/** An empty map takes as much as so many words. */
export const weightOfCollection = 4

/** They are read in a fifth of a millisecond, in young code in half of one. */
const nodesPerStep = 250

/** Thrown where the library shall read the text; never leaves this folder. */
export class NotPlain extends Error {}

/**
 * Gives up: the library reads it.
 * @throws {NotPlain}
 */
export function leaveToLibrary(): never {
  throw new NotPlain()
}

/** A place in a text, line by line; what lies behind is not looked at again. */
export class Cursor {
  readonly text: string
  offset = 0
  #line = 1
  #lineStart = 0
  #nodes = 0
  #paused = 0

  constructor(text: string) {
    this.text = text
    this.#skipToContent()
  }

  get isAtEnd(): boolean {
    return this.offset >= this.text.length
  }

  /** Empty at the end. */
  get character(): string {
    return this.text.charAt(this.offset)
  }

  /** Counted from 0. */
  get column(): number {
    return this.offset - this.#lineStart
  }

  get position(): SourcePosition {
    return { line: this.#line, column: this.column + 1 }
  }

  /** Whether the mark of a list's item stands here. */
  get isAtItem(): boolean {
    return this.character === '-' && /^[ \n]?$/.test(this.text.charAt(this.offset + 1))
  }

  /** Whether nothing but a comment follows on this line, which is then skipped up to its end. */
  skipLineEnd(): boolean {
    this.skipSpaces()
    const isComment = this.character === '#' && (this.column === 0 || this.text[this.offset - 1] === ' ')
    if (isComment) this.offset = this.#endOfLine()
    return this.isAtEnd || this.character === '\n'
  }

  /**
   * Goes on to the next line that says something.
   * @throws {NotPlain} when there is more on this one.
   */
  nextLine(): void {
    if (!this.skipLineEnd()) leaveToLibrary()
    this.#skipToContent()
  }

  skipSpaces(): void {
    while (this.character === ' ') this.offset += 1
  }

  /**
   * Skips spaces and ends of lines within brackets.
   * @throws {NotPlain} when it comes to a line that begins further left than `least`.
   */
  skipWhiteSpace(least: number): void {
    this.skipSpaces()
    if (this.character !== '\n') return
    while (this.character === '\n') {
      this.#breakLine()
      this.skipSpaces()
    }
    if (this.column < least) leaveToLibrary()
  }

  /**
   * Steps over a character.
   * @throws {NotPlain} when another stands here.
   */
  take(character: string): void {
    if (this.character !== character) leaveToLibrary()
    this.offset += 1
  }

  /**
   * Steps over what a sticky expression finds here.
   * @throws {NotPlain} when it finds nothing.
   */
  takeMatch(sticky: RegExp): string {
    return this.match(sticky) ?? leaveToLibrary()
  }

  /** Steps over what a sticky expression finds here, if it does. */
  match(sticky: RegExp): string | undefined {
    sticky.lastIndex = this.offset
    const found = sticky.exec(this.text)?.[0]
    if (found !== undefined) this.offset += found.length
    return found
  }

  /** Steps over the rest of the line, which is given up to its comment, without spaces at its end. */
  takeLine(): string {
    const line = this.text.slice(this.offset, this.#endOfLine())
    const comment = line.indexOf(' #')
    const taken = (comment === -1 ? line : line.slice(0, comment)).trimEnd()
    this.offset += taken.length
    return taken
  }

  /**
   * Counts a value or key.
   * @throws {UnreadableYaml} when there are too many.
   */
  count(weight = 1): void {
    this.#nodes += weight
    if (this.#nodes > maxNodes)
      tooLarge(`it holds more than ${maxNodes} values, a list or map counted as ${weightOfCollection}`)
  }

  /** Whether so much has been read since it last said so that whoever reads may pause. */
  isPauseDue(): boolean {
    if (this.#nodes - this.#paused < nodesPerStep) return false
    this.#paused = this.#nodes
    return true
  }

  #skipToContent(): void {
    while (this.skipLineEnd() && !this.isAtEnd) this.#breakLine()
  }

  #breakLine(): void {
    this.offset += 1
    this.#line += 1
    this.#lineStart = this.offset
  }

  #endOfLine(): number {
    const end = this.text.indexOf('\n', this.offset)
    return end === -1 ? this.text.length : end
  }
}
