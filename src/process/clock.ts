import { performance } from 'node:perf_hooks'
import timers from 'node:timers/promises'

/** Time as the code sees it, so that tests need not wait. */
export interface Clock {
  /** Milliseconds of a clock that never goes back; its zero means nothing. */
  now(): number
  /** Waits `ms` milliseconds; throws the signal's reason as soon as it aborts. */
  pause(ms: number, signal: AbortSignal): Promise<void>
  /** Calls `act` once, after `ms` milliseconds, and gives the way to call it off. In the background it does not keep the process. */
  after(ms: number, act: () => void, background?: boolean): () => void
  /** Milliseconds for which the event loop has had nothing to do; undefined where the runtime does not say (Deno). */
  idle(): number | undefined
}

/** The process's own clock and timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  async pause(ms, signal) {
    try {
      await timers.setTimeout(ms, undefined, { signal })
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    }
  },
  after(ms, act, background = false) {
    const timer = setTimeout(act, ms)
    if (background) timer.unref()
    return () => clearTimeout(timer)
  },
  idle() {
    const { idle, active } = performance.eventLoopUtilization()
    return idle + active > 0 ? idle : undefined
  },
}
