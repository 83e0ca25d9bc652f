import { LRUCache } from 'lru-cache'
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
    const gate = gates.get(region) ?? createGate(callsPerRegion)
    gates.set(region, gate)
    return gate
  }
}

/** Lets so many run at once, the others in the order in which they came. By hand: every call passes here. */
function createGate(most: number): Gate {
  let free = most
  const line: (() => void)[] = []
  return async (run) => {
    if (free > 0) free -= 1
    else await new Promise<void>((enter) => line.push(enter))
    try {
      return await run()
    } finally {
      const next = line.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
