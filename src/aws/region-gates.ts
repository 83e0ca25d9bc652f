import type { Gate } from './tries.ts'

export type RegionGates = (region: string) => Gate

/**
 * Bounds the calls under way in each region, a gate a region: calls that hang in a dead region cannot keep
 * those of a healthy one waiting. A connection takes some 100 KB, most of it outside of the heap.
 *
 * Anybody may name a region: a gate is kept while somebody is at it.
 */
export function createRegionGates(callsPerRegion: number): RegionGates {
  const known = new Map<string, RegionGate>()
  return (region) => async (run) => {
    const gate = known.get(region) ?? new RegionGate(callsPerRegion)
    known.set(region, gate)
    await gate.enter()
    try {
      return await run()
    } finally {
      gate.leave()
      if (gate.deserted) known.delete(region)
    }
  }
}

/** Lets so many in at once, the others in the order in which they came. By hand: every call passes here. */
class RegionGate {
  readonly #most: number
  readonly #line: (() => void)[] = []
  #inside = 0

  constructor(most: number) {
    this.#most = most
  }

  get deserted(): boolean {
    return this.#inside === 0
  }

  async enter(): Promise<void> {
    if (this.#inside < this.#most) this.#inside += 1
    else await new Promise<void>((enter) => this.#line.push(enter))
  }

  /** The next in line takes the place. */
  leave(): void {
    const next = this.#line.shift()
    if (next === undefined) this.#inside -= 1
    else next()
  }
}
