import type { ReadInTurn } from '../plan/remember-plans.ts'
import { TurnGate } from '../process/gate.ts'
import { othersFirst } from '../process/others-first.ts'

/** Reading such a text holds the event loop for a tenth of a second, ten times as long on a busy node. */
const largeCharacters = 32 * 2 ** 10

/**
 * Makes what lets large classes be read one by one, each in a turn of the event loop that comes after those of others, and
 * when `awaitRoom` has found room for it. When many come at once, they would all be read before any other mount, and any
 * timer, has its turn.
 */
export function createPlanTurns(
  awaitRoom: (characters: number, signal: AbortSignal) => Promise<void>,
): ReadInTurn {
  const gate = new TurnGate(1)
  return (characters, signal, read) => {
    if (characters <= largeCharacters) return read()
    return gate.run(signal, async () => {
      await othersFirst()
      signal.throwIfAborted()
      await awaitRoom(characters, signal)
      return read()
    })
  }
}
