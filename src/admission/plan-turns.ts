import type { ReadInTurn } from '../plan/remember-plans.ts'
import { TurnGate } from '../process/gate.ts'
import { othersFirst } from '../process/others-first.ts'

/** Reading such a text takes a twentieth of a second and more, ten times as long on a busy node, and some MiB. */
const largeCharacters = 32 * 2 ** 10

/** Turns of large classes. */
export interface PlanTurns {
  readonly take: ReadInTurn
  /** Mounts that wait for the turn of their class. */
  readonly waiting: number
}

/** What fills the memory is a burst, as a rule. Counted from the arrival: thirty in line must not wait one after the other. */
const patienceMs = 3_000

/**
 * Makes what lets large classes be read one by one, in turns with all else that the event loop has to do, and when
 * `awaitRoom` has found room for it, by then. When many come at once, they would all be read before any other mount, and any
 * timer, has its turn. `onRead` hears of each that has been read, or refused.
 */
export function createPlanTurns(
  awaitRoom: (characters: number, until: number, signal: AbortSignal) => Promise<void>,
  onRead: (characters: number) => void = () => {},
): PlanTurns {
  const gate = new TurnGate(1)
  return {
    get waiting() {
      return gate.waiting
    },
    take(reading, signal) {
      const { characters } = reading
      if (characters <= largeCharacters) return reading.read()
      const until = performance.now() + patienceMs
      return gate.run(signal, async () => {
        await othersFirst()
        signal.throwIfAborted()
        if (reading.isKnown()) return reading.read()
        await awaitRoom(characters, until, signal)
        try {
          return await reading.readInTurns(signal)
        } finally {
          onRead(characters)
        }
      })
    },
  }
}
