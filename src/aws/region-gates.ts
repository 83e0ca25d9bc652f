import { type Gate, TurnGate } from '../process/gate.ts'
import type { AwsService } from './failures/failure.ts'

/** The gate of a service in a region. */
export type RegionGates = (service: AwsService, region: string) => Gate

/**
 * Bounds the calls under way to each service of each region, a gate each: calls that hang in a dead region, or in one
 * service of a region, cannot keep those of a healthy one waiting. A connection takes some 100 KB, most of it outside of
 * the heap.
 *
 * Anybody may name a region: a gate is kept while somebody is at it.
 */
export function createRegionGates(callsEach: number): RegionGates {
  const known = new Map<string, TurnGate>()
  return (service, region) => async (signal, run) => {
    const key = `${service} ${region}`
    const gate = known.get(key) ?? new TurnGate(callsEach)
    known.set(key, gate)
    try {
      return await gate.run(signal, run)
    } finally {
      if (gate.inside === 0) known.delete(key)
    }
  }
}
