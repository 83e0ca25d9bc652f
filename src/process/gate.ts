/** Runs something when its turn comes; rejects with the signal's reason as soon as that aborts before. */
export type Gate = <T>(signal: AbortSignal, run: () => Promise<T>) => Promise<T>

type Enter = () => void

/**
 * The states of whoever comes to a gate:
 *
 *     waiting ──its turn──▶ inside ──▶ gone
 *        └──its signal aborts──▶ gone
 *
 * Turns are in the order of coming; where callers say whose a run is, owners have their turns in rotation. By hand: every
 * call passes here.
 */
export class TurnGate {
  readonly #most: number
  /** By owner: the one whose turn is next comes first. */
  readonly #lines = new Map<string, Set<Enter>>()
  #waiting = 0
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
    return this.#waiting
  }

  /**
   * Runs `run` when its turn comes.
   * @throws the signal's reason as soon as that aborts before, else as `run` does.
   */
  async run<T>(signal: AbortSignal, run: () => Promise<T>, owner = ''): Promise<T> {
    signal.throwIfAborted()
    if (this.#inside < this.#most) this.#inside += 1
    else await this.#turn(signal, owner)
    try {
      return await run()
    } finally {
      this.#leave()
    }
  }

  #turn(signal: AbortSignal, owner: string): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const enter = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const line = this.#lines.get(owner) ?? new Set()
      const leave = () => {
        this.#waiting -= 1
        line.delete(enter)
        if (line.size === 0) this.#lines.delete(owner)
        reject(signal.reason)
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#lines.set(owner, line.add(enter))
      this.#waiting += 1
    })
  }

  /** The first of the next owner takes the place; others of that owner wait for the next round. */
  #leave(): void {
    const [next] = this.#lines
    if (next === undefined) {
      this.#inside -= 1
      return
    }
    const [owner, line] = next
    const [enter] = line
    this.#lines.delete(owner)
    if (enter === undefined) return
    line.delete(enter)
    if (line.size > 0) this.#lines.set(owner, line)
    this.#waiting -= 1
    enter()
  }
}
