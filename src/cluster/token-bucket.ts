import { type Clock, systemClock } from '../process/clock.ts'

/** How often the Kubernetes API may be called. */
export interface RateLimit {
  /** Calls a second in the long run; 0 or less means no limit. */
  readonly qps: number
  /** Calls at once after a rest; at least 1 is taken. */
  readonly burst: number
}

/**
 * A client-side rate limit: `take` waits for its turn, in order of arrival.
 *
 * A caller that gives up gives its place back; `take` then throws the signal's reason.
 */
export function createTokenBucket(
  limit: RateLimit,
  clock: Clock = systemClock,
): (signal: AbortSignal) => Promise<void> {
  const { qps } = limit
  if (!(qps > 0)) return async (signal) => signal.throwIfAborted()

  const burst = Math.max(1, limit.burst)
  let available = burst
  let countedAt = clock.now()

  return async (signal) => {
    signal.throwIfAborted()
    const now = clock.now()
    available = Math.min(burst, available + ((now - countedAt) / 1000) * qps)
    countedAt = now
    available -= 1
    if (available >= 0) return
    try {
      await clock.pause((-available / qps) * 1000, signal)
    } catch (error) {
      available += 1
      throw error
    }
  }
}
