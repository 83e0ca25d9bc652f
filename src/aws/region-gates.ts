import { LRUCache } from 'lru-cache'
import pLimit from 'p-limit'
import type { Gate } from './tries.ts'

/** Anybody may name a region: only the gates of the latest are kept. */
const maxRegions = 64

export type RegionGates = (region: string) => Gate

/**
 * Bounds the calls under way in each region, a gate a region: calls that hang in a dead region cannot keep
 * those of a healthy one waiting. A connection takes some 100 KB, most of it outside of the heap.
 */
export function createRegionGates(callsPerRegion: number): RegionGates {
  const gates = new LRUCache<string, Gate>({ max: maxRegions })
  return (region) => {
    const gate = gates.get(region) ?? pLimit(callsPerRegion)
    gates.set(region, gate)
    return gate
  }
}
