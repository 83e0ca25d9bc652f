import { setImmediate as nextTurn } from 'node:timers/promises'

/** In each, other mounts go on as far as they can, and the driver sends up to a window of what waits on its one connection. */
const turns = 10

/** Waits until all else that the event loop has to do has had some turns. */
export async function othersFirst(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await nextTurn()
}
