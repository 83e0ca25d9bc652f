/**
 * Bounds the bytes of large replies that are being read, of all connections together. AWS writes a control character in six:
 * what is read may be several times what was asked for.
 */
export class ReplyRoom {
  readonly #capacity: number
  readonly #line = new Set<Waiting>()
  #used = 0

  constructor(bytes: number) {
    this.#capacity = bytes
  }

  /**
   * Calls `go` when there is room for a reply of so many bytes: at once, or in the order of coming. One that is larger than
   * all the room takes all of it. Gives the way to leave, the line as well.
   */
  enter(bytes: number, go: () => void): () => void {
    const own: Waiting = { bytes: Math.min(bytes, this.#capacity), go, state: 'waiting' }
    this.#line.add(own)
    this.#letIn()
    return () => {
      if (own.state === 'inside') this.#used -= own.bytes
      own.state = 'gone'
      this.#line.delete(own)
      this.#letIn()
    }
  }

  #letIn(): void {
    for (const first of this.#line) {
      if (this.#used + first.bytes > this.#capacity) return
      this.#line.delete(first)
      this.#used += first.bytes
      first.state = 'inside'
      first.go()
    }
  }
}

interface Waiting {
  readonly bytes: number
  readonly go: () => void
  state: 'waiting' | 'inside' | 'gone'
}
