/** Lets the event loop run when this task has had it for some milliseconds; nothing to wait for before. */
export type Pause = () => Promise<void> | undefined

/** Work that takes no longer in all is like any other. */
const lightMs = 20
/** An event loop without other work turns in less. */
const idleTurnMs = 0.2
/** A slice ends at the next step only, which may take a while. */
const mostOfSlice = 5
/** Heavy work rests after each slice, so many times as long as that should take. */
const restsPerSlice = 3

/**
 * Makes a pause that lets the event loop turn once in so many milliseconds of work. Where others use that turn, heavy work
 * rests as well: what takes them ten turns would otherwise wait for ten slices.
 */
export function pauseEvery(milliseconds: number): Pause {
  let since = performance.now()
  let workedMs = 0
  const turn = async () => {
    const paused = performance.now()
    // Of a long time, most was spent waiting: for room, or for a CPU.
    workedMs += Math.min(paused - since, mostOfSlice * milliseconds)
    await new Promise((resume) => setImmediate(resume))
    const isAlone = performance.now() - paused < idleTurnMs
    if (workedMs > lightMs && !isAlone)
      await new Promise((resume) => setTimeout(resume, restsPerSlice * milliseconds))
    since = performance.now()
  }
  return () => (performance.now() - since < milliseconds ? undefined : turn())
}

/** Work that may pause wherever it yields. */
export type Steps<Result> = Generator<void, Result>

/** What all that wait for the event loop wait longer. */
const sliceMs = 2

/**
 * Does work in slices of some 2 ms, and lets all else have its turn in between.
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
