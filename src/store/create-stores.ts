import type { RegionHealth } from '../aws/region-health.ts'
import { type CallObserver, callWithTries } from '../aws/tries.ts'
import type { Gate } from '../process/gate.ts'
import { SharedWork } from '../process/shared-work.ts'
import { callGates, mostPerStore } from './call-gates.ts'
import type { Stores } from './read-context.ts'

interface StoresOptions {
  readonly health: RegionHealth
  readonly observer: CallObserver
  readonly maxTries?: number | undefined
}

/** What all reads of the process share: reads in flight, the gates of the regions, their health. */
export function createStores({ health, observer, maxTries }: StoresOptions): Stores {
  const gateOf = callGates(mostPerStore, ({ region }) => region)
  return {
    shared: new SharedWork(),
    sharedBatches: new SharedWork(),
    call(call, attempt, signal, { observer: mountObserver, tell, turns }) {
      const teller: CallObserver = { answered() {}, failed: (_, failure) => tell(failure) }
      const observers = [health, observer, mountObserver, teller]
      const ofRegion = gateOf(call)
      const gate: Gate =
        turns === undefined ? ofRegion : (within, run) => turns(call)(within, () => ofRegion(within, run))
      return callWithTries(call, attempt, signal, {
        observers,
        gate,
        maxTries,
      })
    },
  }
}
