import { performance } from 'node:perf_hooks'

/**
 * Calls `elapsed` when a peer has really been silent for `ms` milliseconds; returns the way to call it off.
 *
 * At 50m CPU the clock runs while we don't: an answer may lie in the socket's buffer while the event loop has
 * had no time to read it. A peer counts as silent only when the loop was idle, waiting for it, for half of the
 * time; a loop that was busy all along gets up to four times as long.
 */
export function silenceTimer(ms: number, elapsed: () => void): () => void {
  const begun = performance.now()
  const idleBefore = idleTime()
  let timer = setTimeout(check, ms)

  function check(): void {
    const missing = ms / 2 - (idleTime() - idleBefore)
    const left = 4 * ms - (performance.now() - begun)
    if (missing <= 0 || left <= 0 || !measuresIdleTime()) elapsed()
    else timer = setTimeout(check, Math.min(left, Math.max(missing, 20)))
  }

  return () => clearTimeout(timer)
}

function idleTime(): number {
  return performance.eventLoopUtilization().idle
}

/** Deno answers zeros here. */
function measuresIdleTime(): boolean {
  const { idle, active } = performance.eventLoopUtilization()
  return idle + active > 0
}
