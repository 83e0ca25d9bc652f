/** A mount that was let in: its share of the budget. */
export interface Admission {
  /** All its values have arrived: whoever asks for the same from now on reads them anew. */
  valuesArrived(): void
  leave(): void
}

interface Group {
  readonly bytes: number
  members: number
  joinable: boolean
}

interface Waiting {
  readonly key: string
  readonly bytes: number
  readonly since: number
  admit(admission: Admission): void
}

/** A group that others join without end must not keep the first in line waiting for longer. */
const fairnessMs = 1_000

/**
 * Bounds the bytes that mounts may hold together: from the first call that reads until the last file is written.
 *
 * Mounts that read the same (the pods of a Deployment, when a node comes up) share each call while it is under way,
 * and with it the value: together they take the bytes of one, and are let in as long as its values have not arrived.
 * All others wait in line. One counts as half of the budget at most: whoever may ask for more than there is must not have
 * all others wait for him.
 */
export class ByteBudget {
  readonly #capacity: number
  readonly #groups = new Map<string, Group>()
  readonly #line: Waiting[] = []
  #used = 0

  constructor(capacityBytes: number) {
    this.#capacity = capacityBytes
  }

  /** How many mounts wait. */
  get waiting(): number {
    return this.#line.length
  }

  /** Whether nobody is in it, and nobody waits for it. */
  get deserted(): boolean {
    return this.#used === 0 && this.#line.length === 0
  }

  /**
   * Waits for room for `mostBytes`, the most that the mount may read; `key` says what it reads, and as whom.
   * @throws the signal's reason.
   */
  enter(key: string, mostBytes: number, signal: AbortSignal): Promise<Admission> {
    if (signal.aborted) return Promise.reject(signal.reason)
    const admission = this.tryEnter(key, mostBytes)
    if (admission !== undefined) return Promise.resolve(admission)
    const bytes = this.#bounded(mostBytes)
    return new Promise<Admission>((resolve, reject) => {
      const abort = () => {
        this.#line.splice(this.#line.indexOf(waiting), 1)
        reject(signal.reason)
        this.#admitWaiting()
      }
      const waiting: Waiting = {
        key,
        bytes,
        since: performance.now(),
        admit(given) {
          signal.removeEventListener('abort', abort)
          resolve(given)
        },
      }
      signal.addEventListener('abort', abort, { once: true })
      this.#line.push(waiting)
    })
  }

  /** Enters where there is room now and nobody's turn before. */
  tryEnter(key: string, mostBytes: number): Admission | undefined {
    const bytes = this.#bounded(mostBytes)
    const [first] = this.#line
    const group = this.#groups.get(key)
    const isFair = first === undefined || performance.now() - first.since < fairnessMs
    if (group?.joinable === true && isFair) return this.#join(key, group)
    return first === undefined && this.#fits(bytes) ? this.#open(key, bytes) : undefined
  }

  #bounded(mostBytes: number): number {
    return Math.min(mostBytes, this.#capacity / 2)
  }

  #fits(bytes: number): boolean {
    return this.#used + bytes <= this.#capacity
  }

  #open(key: string, bytes: number): Admission {
    const group: Group = { bytes, members: 0, joinable: true }
    this.#groups.set(key, group)
    this.#used += bytes
    return this.#join(key, group)
  }

  #join(key: string, group: Group): Admission {
    group.members += 1
    const close = () => {
      group.joinable = false
      if (this.#groups.get(key) === group) this.#groups.delete(key)
    }
    let left = false
    return {
      valuesArrived: close,
      leave: () => {
        if (left) return
        left = true
        group.members -= 1
        if (group.members > 0) return
        close()
        this.#used -= group.bytes
        this.#admitWaiting()
      },
    }
  }

  /** In their order; with each one that gets in, those further back that read the same. */
  #admitWaiting(): void {
    for (let first = this.#line[0]; first !== undefined && this.#fits(first.bytes); first = this.#line[0]) {
      const { key, bytes } = first
      this.#line.shift()
      first.admit(this.#open(key, bytes))
      const group = this.#groups.get(key)
      for (const other of this.#line.filter((each) => each.key === key)) {
        if (group === undefined) break
        this.#line.splice(this.#line.indexOf(other), 1)
        other.admit(this.#join(key, group))
      }
    }
  }
}
