/** What has come lately, as one number. */
export interface Lately {
  add(value: number): void
  /** 0 when nothing has. */
  readonly value: number
}

/**
 * Remembers for so many milliseconds at least, and twice as many at most: `join` makes one number of two (their sum, the
 * larger one).
 */
export function createLately(ms: number, join: (one: number, other: number) => number): Lately {
  let [before, latest] = [0, 0]
  let since = performance.now()
  const look = () => {
    const passed = performance.now() - since
    if (passed <= ms) return
    before = passed > 2 * ms ? 0 : latest
    latest = 0
    since += passed
  }
  return {
    add(value) {
      look()
      latest = join(latest, value)
    },
    get value() {
      look()
      return join(before, latest)
    },
  }
}
