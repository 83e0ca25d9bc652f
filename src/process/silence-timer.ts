import { type Clock, systemClock } from './clock.ts'

/**
 * Calls `elapsed` when a peer has really been silent for `ms` milliseconds; returns the way to call it off.
 *
 * At 50m CPU the clock runs while we don't: an answer may lie in the socket's buffer while the event loop has
 * had no time to read it. A peer counts as silent only when the loop was idle, waiting for it, for half of the
 * time; a loop that was busy all along gets up to four times as long.
 */
export function silenceTimer(ms: number, elapsed: () => void, clock: Clock = systemClock): () => void {
  const begun = clock.now()
  const idleBefore = clock.idle() ?? 0
  let callOff = clock.after(ms, check)

  function check(): void {
    const idle = clock.idle()
    const missing = idle === undefined ? 0 : ms / 2 - (idle - idleBefore)
    const left = 4 * ms - (clock.now() - begun)
    if (missing <= 0 || left <= 0) elapsed()
    else callOff = clock.after(Math.min(left, Math.max(missing, 20)), check)
  }

  return () => callOff()
}
