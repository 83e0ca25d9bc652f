import { createRegionGates } from '../aws/region-gates.ts'
import type { RegionHealth } from '../aws/region-health.ts'
import { type CallObserver, callWithTries } from '../aws/tries.ts'
import { SharedWork } from '../process/shared-work.ts'
import type { Stores } from './read-context.ts'
import { batchOperation } from './store-fault.ts'

/** Calls under way to one store of one region: a mount of 50 objects in one round trip, and no more, for the sake of 100 MiB. */
const callsPerStore = 50

/** The same for calls that read several secrets: the answer to each may be as large as answers are. */
const batchesPerStore = 8

interface StoresOptions {
  readonly health: RegionHealth
  readonly observer: CallObserver
  readonly maxTries?: number | undefined
}

/** What all reads of the process share: reads in flight, the gates of the regions, their health. */
export function createStores({ health, observer, maxTries }: StoresOptions): Stores {
  const gateOf = createRegionGates(callsPerStore)
  const batchGateOf = createRegionGates(batchesPerStore)
  return {
    shared: new SharedWork(),
    sharedBatches: new SharedWork(),
    call(call, attempt, signal, mountObserver, tell) {
      const teller: CallObserver = { answered() {}, failed: (_, failure) => tell(failure) }
      const observers = [health, observer, mountObserver, teller]
      const gateOfCall = call.operation === batchOperation ? batchGateOf : gateOf
      return callWithTries(call, attempt, signal, {
        observers,
        gate: gateOfCall(call.service, call.region),
        maxTries,
      })
    },
  }
}
