import { setTimeout as wait } from 'node:timers/promises'

/** Time as the code sees it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds of a clock that never goes back; its zero means nothing. */
  now(): number
  /** Waits `ms` milliseconds; throws the signal's reason as soon as it aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>
}

/** The process's own clock and timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  async pause(ms, signal) {
    try {
      await wait(ms, undefined, { signal })
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    }
  },
}
