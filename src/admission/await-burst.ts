/** Turns of the event loop that the first of a burst waits for the others, at most. */
const mostTurns = 30

/**
 * Waits until a whole turn of the event loop has passed in which nothing new has come, as `count` tells.
 *
 * When a node comes up, its pods' mounts arrive within a few turns; those that read the same share their calls only
 * when they are under way at the same time.
 */
export async function awaitBurst(count: () => number): Promise<void> {
  let seen = count()
  for (let turn = 0; turn < mostTurns; turn += 1) {
    await new Promise<void>((resume) => setImmediate(resume))
    const now = count()
    if (now === seen) return
    seen = now
  }
}
