import type { WorkBudget } from './work-budget.ts'

/** A text that was stopped because it is larger than it may be. */
export class RoomFault extends Error {}

/** Characters. Escaped, so many are twelve times as many bytes at most. */
const mostOfPiece = 4_096

/**
 * A text that is made piece by piece, each paid for before the next is made: escapes make twelve bytes of one.
 *
 * Paid for is what is held. A character over U+00FF makes it two bytes for each character, those before it included.
 * `room` is how many bytes of UTF-8 it may come to.
 */
export class PaidText {
  readonly budget: WorkBudget
  readonly #pieces: string[] = []
  /** Not paid for yet. */
  #tail = ''
  #length = 0
  #isWide = false
  #room: number

  constructor(budget: WorkBudget, room = Number.POSITIVE_INFINITY) {
    this.budget = budget
    this.#room = room
  }

  /** A text of its own, for what will be a part of this one. */
  inner(): PaidText {
    return new PaidText(this.budget, this.#room)
  }

  /**
   * Adds a piece as it is.
   * @throws {CostFault} or RoomFault.
   */
  add(piece: string): void {
    if (piece.length < mostOfPiece) {
      this.#tail += piece
      if (this.#tail.length >= mostOfPiece) this.#settle()
      return
    }
    this.#settle()
    this.#keep(piece)
  }

  /**
   * Adds a text of any length, escaped a slice at a time; none ends within a character.
   * @throws {CostFault} or RoomFault.
   */
  addEscaped(text: string, escaped: (slice: string) => string): void {
    for (let from = 0; from < text.length; ) {
      const end = endOfSlice(text, from)
      this.add(escaped(text.slice(from, end)))
      from = end
    }
  }

  /**
   * All that was added.
   * @throws {CostFault} or RoomFault.
   */
  made(): string {
    this.#settle()
    return this.#pieces.join('')
  }

  #settle(): void {
    const tail = this.#tail
    this.#tail = ''
    if (tail !== '') this.#keep(tail)
  }

  #keep(piece: string): void {
    if (!this.#isWide && wide.test(piece)) {
      this.#isWide = true
      this.budget.spendText(this.#length)
    }
    this.budget.spendText(this.#isWide ? 2 * piece.length : piece.length)
    this.#room -= Buffer.byteLength(piece)
    if (this.#room < 0) throw new RoomFault('there is no room for it')
    this.#length += piece.length
    this.#pieces.push(piece)
  }
}

const wide = /[\u0100-\uffff]/

function endOfSlice(text: string, from: number): number {
  const end = from + mostOfPiece
  if (end >= text.length) return text.length
  const last = text.charCodeAt(end - 1)
  return last >= 0xd800 && last <= 0xdbff ? end - 1 : end
}
