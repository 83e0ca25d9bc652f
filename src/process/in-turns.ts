/** Lets the event loop run when this task has had it for some milliseconds; nothing to wait for before. */
export type Pause = () => Promise<void> | undefined

/** Makes a pause that lets the event loop turn once in so many milliseconds of work. */
export function pauseEvery(milliseconds: number): Pause {
  let since = performance.now()
  const turn = async () => {
    await new Promise((resume) => setImmediate(resume))
    since = performance.now()
  }
  return () => (performance.now() - since < milliseconds ? undefined : turn())
}

/** Work that may pause wherever it yields. */
export type Steps<Result> = Generator<void, Result>

/** Longer work would be noticed by all that wait for the event loop. */
const sliceMs = 10

/**
 * Does work in slices of some 10 ms, and lets all else have its turn in between.
 * @throws the signal's reason.
 */
export async function inTurns<Result>(work: Steps<Result>, signal: AbortSignal): Promise<Result> {
  const pause = pauseEvery(sliceMs)
  let step = work.next()
  for (; step.done !== true; step = work.next()) {
    const turn = pause()
    if (turn === undefined) continue
    await turn
    signal.throwIfAborted()
  }
  return step.value
}

/** Does work at once. */
export function atOnce<Result>(work: Steps<Result>): Result {
  let step = work.next()
  while (step.done !== true) step = work.next()
  return step.value
}
