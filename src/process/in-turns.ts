import { setImmediate as nextTurn } from 'node:timers/promises'

/** Work that may pause wherever it yields. */
export type Steps<Result> = Generator<void, Result>

/** Longer work would be noticed by all that wait for the event loop. */
const sliceMs = 10

/**
 * Does work in slices of some 10 ms, and lets all else have its turn in between.
 * @throws the signal's reason.
 */
export async function inTurns<Result>(work: Steps<Result>, signal: AbortSignal): Promise<Result> {
  let begun = performance.now()
  let step = work.next()
  for (; step.done !== true; step = work.next()) {
    if (performance.now() - begun < sliceMs) continue
    await nextTurn()
    signal.throwIfAborted()
    begun = performance.now()
  }
  return step.value
}

/** Does work at once. */
export function atOnce<Result>(work: Steps<Result>): Result {
  let step = work.next()
  while (step.done !== true) step = work.next()
  return step.value
}
