import pLimit from 'p-limit'
import type { RegionHealth } from '../aws/region-health.ts'
import { type CallObserver, callWithTries, type Gate } from '../aws/tries.ts'
import { SharedWork } from '../shared-work.ts'
import type { Stores } from './read-context.ts'

/** Calls under way in one region: enough for a mount of 50 objects in one round trip, few enough for 100 MiB. */
const callsPerRegion = 64

interface StoresOptions {
  readonly health: RegionHealth
  readonly observer: CallObserver
  readonly maxTries?: number | undefined
}

/**
 * What all reads of the process share. Each region has a gate of its own, so that calls that hang in a dead
 * region cannot keep those of a healthy one waiting.
 */
export function createStores({ health, observer, maxTries }: StoresOptions): Stores {
  const gates = new Map<string, Gate>()
  const gateOf = (region: string): Gate => {
    const gate = gates.get(region) ?? pLimit(callsPerRegion)
    gates.set(region, gate)
    return gate
  }
  return {
    shared: new SharedWork(),
    call(call, attempt, signal, mountObserver, tell) {
      const teller: CallObserver = { answered() {}, failed: (_, failure) => tell(failure) }
      const observers = [health, observer, mountObserver, teller]
      return callWithTries(call, attempt, signal, { observers, gate: gateOf(call.region), maxTries })
    },
  }
}
