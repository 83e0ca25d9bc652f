/** Room that is made for a body because it is said to have so many bytes. */
const believedBytes = 256 * 1024
const empty = Buffer.alloc(0)

/**
 * The bytes of a body as they come, in memory of their own that is given back as soon as nobody needs it. Left to V8, as
 * much of it gathers as half of the bound of its heap (docs/performance.md).
 */
export class ReplyBody {
  #room: Buffer = empty
  #length = 0

  /** Bytes so far. */
  get length(): number {
    return this.#length
  }

  /** What has come: a view, empty once released. */
  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length)
  }

  /** Copies a part to its place. `missing`: bytes that are announced to follow, which is believed up to a point. */
  append(part: Buffer, missing: number): void {
    const needed = this.#length + part.length
    if (needed > this.#room.length) {
      const announced = Math.min(needed + missing, believedBytes)
      this.#grow(Math.max(needed, announced, 2 * this.#room.length))
    }
    part.copy(this.#room, this.#length)
    this.#length = needed
  }

  /** Gives its memory back, zeroed: it may hold a secret, and others get it. */
  release(): void {
    giveBack(this.#room, this.#length)
    this.#room = empty
    this.#length = 0
  }

  #grow(length: number): void {
    const before = this.#room
    this.#room = Buffer.allocUnsafeSlow(length)
    before.copy(this.#room, 0, 0, this.#length)
    giveBack(before, this.#length)
  }
}

/**
 * Zeroes the first `used` bytes and gives the memory of all back at once, if there is nothing else in it; they are none from
 * then on. Memory that was never written to is not touched: only now it would be taken.
 */
export function giveBack(bytes: Buffer, used = bytes.length): void {
  const { buffer } = bytes
  if (bytes.length === 0 || bytes.length < buffer.byteLength || !(buffer instanceof ArrayBuffer)) return
  bytes.fill(0, 0, used)
  buffer.transfer(0)
}
