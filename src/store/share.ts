import { largestValue } from '../plan/most-bytes.ts'
import type { MountPlan, Store } from '../plan/mount-plan.ts'
import { TurnGate } from '../process/gate.ts'
import { ValueBudget } from './value-budget.ts'

/** What a mount may hold of all that it reads in the first place, in whatever regions, or of its failover region. */
export interface Share {
  readonly budget: ValueBudget
  /** By store: a store that hangs must not make the other one of its region look silent. */
  readonly setTurns: Readonly<Record<Store, TurnGate>>
}

/**
 * A page of a set is held beside what is kept. So the sets of a store, in whatever regions, are read one after the other
 * where they may come to more than is kept.
 */
export function shareOf(plan: MountPlan, side: 0 | 1, maxBytes: number): Share {
  const turnsOf = (store: Store) => {
    const sets = plan.objects.flatMap((object) =>
      object.store === store ? (object.reads[side]?.set ?? []) : [],
    )
    const bytes = sets.reduce((sum, { limit }) => sum + limit * largestValue[store], 0)
    return new TurnGate(bytes > maxBytes ? 1 : sets.length)
  }
  const setTurns = { secretsmanager: turnsOf('secretsmanager'), ssmparameter: turnsOf('ssmparameter') }
  return { budget: new ValueBudget(maxBytes), setTurns }
}
