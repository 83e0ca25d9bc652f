/** Runs something when its turn comes; rejects with the signal's reason as soon as that aborts before. */
export type Gate = <T>(signal: AbortSignal, run: () => Promise<T>) => Promise<T>

/**
 * The states of whoever comes to a gate:
 *
 *     waiting ──its turn──▶ inside ──▶ gone
 *        └──its signal aborts──▶ gone
 *
 * Turns are in the order of coming. By hand: every call passes here.
 */
export class TurnGate {
  readonly #most: number
  readonly #line = new Set<() => void>()
  #inside = 0

  /** Lets so many in at once. */
  constructor(most: number) {
    this.#most = most
  }

  /** How many are inside. */
  get inside(): number {
    return this.#inside
  }

  /** How many wait for their turn. */
  get waiting(): number {
    return this.#line.size
  }

  /**
   * Runs `run` when its turn comes.
   * @throws the signal's reason as soon as that aborts before, else as `run` does.
   */
  async run<T>(signal: AbortSignal, run: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    if (this.#inside < this.#most) this.#inside += 1
    else await this.#turn(signal)
    try {
      return await run()
    } finally {
      this.#leave()
    }
  }

  #turn(signal: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const leave = () => {
        this.#line.delete(enter)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#line.add(enter)
    })
  }

  /** The next in line takes the place. */
  #leave(): void {
    const [next] = this.#line
    if (next === undefined) {
      this.#inside -= 1
      return
    }
    this.#line.delete(next)
    next()
  }
}
