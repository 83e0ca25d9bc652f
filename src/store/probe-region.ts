import type { AwsService } from '../aws/failures/failure.ts'
import type { RegionHealth } from '../aws/region-health.ts'
import type { CallObserver } from '../aws/tries.ts'
import { TurnGate } from '../process/gate.ts'
import type { ReadContext } from './read-context.ts'
import { type IndexedRead, readRegion } from './read-region.ts'
import { ValueBudget } from './value-budget.ts'

/** A little more than the 5 s that a try has once it is connected. */
const probeMs = 6_000

const nobody: CallObserver = { answered() {}, failed() {} }

/**
 * Asks a silent region for one object, in the background: an answer of any kind closes its breaker.
 *
 * A real read, since a store whose reads hang may still answer a request that names no operation. It outlives its
 * mount, which may end sooner than the region answers. So it takes nothing of the mount but the session: no value is
 * kept, counted or reported, and of a set one page is read.
 */
export function probeRegion(
  service: Exclude<AwsService, 'sts'>,
  region: string,
  reads: readonly IndexedRead[],
  contextOf: (region: string, signal: AbortSignal, onFailure: () => void) => ReadContext,
  health: RegionHealth,
): void {
  const read = reads.find(({ read: { set } }) => set === undefined) ?? reads[0]
  health.probe(service, region, async () => {
    if (read === undefined) return
    const signal = AbortSignal.timeout(probeMs)
    const context = contextOf(region, signal, () => {})
    const [budget, setTurns] = [new ValueBudget(0), new TurnGate(1)]
    const own = { signal, observer: nobody, budget, callTurns: undefined, setTurns, onEnd() {} }
    await readRegion(service, [onePageOf(read)], { ...context, ...own }, () => {})
  })
}

/** Of a set the first member is too many already. */
function onePageOf(each: IndexedRead): IndexedRead {
  const { set } = each.read
  return set === undefined ? each : { ...each, read: { ...each.read, set: { ...set, limit: 0 } } }
}
