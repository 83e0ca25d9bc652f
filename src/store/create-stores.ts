import { createRegionGates } from '../aws/region-gates.ts'
import type { RegionHealth } from '../aws/region-health.ts'
import { type CallObserver, callWithTries } from '../aws/tries.ts'
import { SharedWork } from '../process/shared-work.ts'
import type { Stores } from './read-context.ts'

/** Calls under way to one store of one region: a mount of 50 objects in one round trip, and no more, for the sake of 100 MiB. */
const callsPerStore = 50

interface StoresOptions {
  readonly health: RegionHealth
  readonly observer: CallObserver
  readonly maxTries?: number | undefined
}

/** What all reads of the process share: reads in flight, the gates of the regions, their health. */
export function createStores({ health, observer, maxTries }: StoresOptions): Stores {
  const gateOf = createRegionGates(callsPerStore)
  return {
    shared: new SharedWork(),
    sharedSets: new SharedWork(),
    sharedBatches: new SharedWork(),
    call(call, attempt, signal, mountObserver, tell) {
      const teller: CallObserver = { answered() {}, failed: (_, failure) => tell(failure) }
      const observers = [health, observer, mountObserver, teller]
      return callWithTries(call, attempt, signal, {
        observers,
        gate: gateOf(call.service, call.region),
        maxTries,
      })
    },
  }
}
