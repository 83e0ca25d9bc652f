const intervalMs = 1_000

/** How late the event loop is, looked at once a second. */
export interface EventLoopLag {
  /** Seconds that the last look came late. */
  readonly last: number
  /** The smaller of the last two: late by chance once does not count. */
  readonly sustained: number
  stop(): void
}

/**
 * Measures how late timers fire: the event loop was busy, or the container had no CPU. The timer keeps no process
 * alive.
 */
export function measureEventLoopLag(seen: (seconds: number) => void): EventLoopLag {
  let last = 0
  let before = 0
  let due = performance.now() + intervalMs
  const timer = setInterval(() => {
    before = last
    last = Math.max(0, performance.now() - due) / 1000
    due = performance.now() + intervalMs
    seen(last)
  }, intervalMs)
  timer.unref()
  return {
    get last() {
      return last
    },
    get sustained() {
      return Math.min(last, before)
    },
    stop: () => clearInterval(timer),
  }
}
