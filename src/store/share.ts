import { largestValue } from '../plan/most-bytes.ts'
import type { MountPlan, PlannedObject, Store } from '../plan/mount-plan.ts'
import { TurnGate } from '../process/gate.ts'
import { type CallGates, callGates, mostOfLarge } from './call-gates.ts'
import { ValueBudget } from './value-budget.ts'

/** What a mount may hold of all that it reads in the first place, in whatever regions, or of its failover region. */
export interface Share {
  readonly budget: ValueBudget
  /** Undefined where the gates of the regions do. */
  readonly callTurns: CallGates | undefined
  /** By store: a store that hangs must not make the other one of its region look silent. */
  readonly setTurns: Readonly<Record<Store, TurnGate>>
}

/**
 * Answers are held beside what is kept. So where all that is read may come to more than is kept, a mount has as many calls
 * under way to all its regions as to one, and the sets of a store are read one after the other, in whatever regions.
 */
export function shareOf(plan: MountPlan, side: 0 | 1, maxBytes: number): Share {
  const regions = new Set(plan.objects.map(({ region }) => region))
  const isLarge = plan.objects.reduce((sum, each) => sum + bytesOf(each, side), 0) > maxBytes
  const turnsOf = (store: Store) => {
    const sets = plan.objects.filter((each) => each.store === store && each.reads[side]?.set !== undefined)
    const bytes = sets.reduce((sum, each) => sum + bytesOf(each, side), 0)
    return new TurnGate(bytes > maxBytes ? 1 : sets.length)
  }
  return {
    budget: new ValueBudget(maxBytes),
    callTurns: isLarge && side === 0 && regions.size > 1 ? callGates(mostOfLarge, () => '') : undefined,
    setTurns: { secretsmanager: turnsOf('secretsmanager'), ssmparameter: turnsOf('ssmparameter') },
  }
}

/** At most. */
function bytesOf({ store, reads }: PlannedObject, side: 0 | 1): number {
  const read = reads[side]
  return read === undefined ? 0 : (read.set?.limit ?? 1) * largestValue[store]
}
