import { setImmediate as nextTurn } from 'node:timers/promises'
import { TurnGate } from '../process/gate.ts'
import type { MountRequest } from '../request/mount-request.ts'

/** Reading such a text holds the event loop for a tenth of a second, ten times as long on a busy node. */
const largeCharacters = 32 * 2 ** 10

/** Whether the text of `objects` is one that others must not have to wait for. */
export function isLargeClass(characters: number): boolean {
  return characters > largeCharacters
}

/** In each, other mounts go on as far as they can, and the driver sends up to a window of what waits on its one connection. */
const turnsBetween = 10

/**
 * Makes what large classes wait for before they are planned: one is read in so many turns of the event loop. When many come
 * at once, they would all be read before any other mount, and any timer, has its turn.
 */
export function createPlanTurns() {
  const gate = new TurnGate(1)
  return ({ objects }: Pick<MountRequest, 'objects'>, signal: AbortSignal): Promise<void> | undefined =>
    isLargeClass(objects.length) ? gate.run(signal, othersFirst) : undefined
}

async function othersFirst(): Promise<void> {
  for (let turn = 0; turn < turnsBetween; turn += 1) await nextTurn()
}
