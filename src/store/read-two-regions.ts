import type { AwsFailure, AwsService } from '../aws/failures/failure.ts'
import type { RegionHealth } from '../aws/region-health.ts'
import { GraceOver, silenceOf } from '../aws/tries.ts'
import { silenceTimer } from '../process/silence-timer.ts'
import { probeRegion } from './probe-region.ts'
import type { ReadContext } from './read-context.ts'
import { type IndexedRead, isWhole, nameOf, type RegionAnswer, readRegion } from './read-region.ts'

/** How long the other region gets once one has answered with values. */
const grace = {
  primarySilent: 2_800,
  failoverSilent: 1_000,
  /** Another service of the region is silent already. */
  suspect: 800,
  /** The region has answered, but with 5xx, throttling or a refusal. */
  troubled: 500,
}

/** Both regions' answers; one that was not asked because it is known to be silent counts as silent. */
export interface TwoAnswers {
  readonly primary: RegionAnswer
  readonly failover: RegionAnswer
}

type ContextOf = (
  region: string,
  signal: AbortSignal,
  onFailure: (failure: AwsFailure) => void,
) => ReadContext

/**
 * Reads the objects of one store in both regions at once. When one region has all values, the other gets a short grace
 * to answer; past it the region counts as failed by network. One that is known to be silent is asked only when the
 * other has failed.
 *
 * @throws the signal's reason alone.
 */
export async function readTwoRegions(
  service: Exclude<AwsService, 'sts'>,
  regions: readonly [primary: string, failover: string],
  reads: readonly [primary: readonly IndexedRead[], failover: readonly IndexedRead[]],
  contextOf: ContextOf,
  health: RegionHealth,
  onClientFailure: () => void,
): Promise<TwoAnswers> {
  const start = (side: 0 | 1) => new Asked(service, regions[side], reads[side], contextOf, onClientFailure)
  const open = regions.map((region) => health.isOpen(service, region))
  const askOne = async (side: 0 | 1): Promise<readonly [asked: RegionAnswer, silent: RegionAnswer]> => {
    const other = side === 0 ? 1 : 0
    probeRegion(service, regions[other], reads[other], contextOf, health)
    const answer = await start(side).answer
    // Silent is not lost: a mount must not fail while a region is left that nobody has asked for it.
    if (needsOther(answer)) {
      const asked = start(other)
      if (isWhole(answer)) await asked.endWithin(grace.suspect)
      return [answer, await asked.answer]
    }
    return [answer, notAsked(service, regions[other], reads[other])]
  }
  if (open[0] === true && open[1] !== true) {
    const [failover, primary] = await askOne(1)
    return { primary, failover }
  }
  if (open[1] === true && open[0] !== true) {
    const [primary, failover] = await askOne(0)
    return { primary, failover }
  }
  const primary = start(0)
  const failover = start(1)
  const first = await Promise.race([primary.withValues(), failover.withValues(), bothEnd(primary, failover)])
  if (first !== undefined) {
    const other = first === primary ? failover : primary
    const silent = other === primary ? grace.primarySilent : grace.failoverSilent
    await other.endWithin(health.isSuspect(other.region) ? grace.suspect : silent)
  }
  return { primary: await primary.answer, failover: await failover.answer }
}

/** Whether the mount fails unless the other region is asked: after a failure that it may not have, or for its word that an object is missing. */
function needsOther(answer: RegionAnswer): boolean {
  return isWhole(answer)
    ? answer.missing.size > 0
    : answer.failures.every(({ failure }) => failure.kind !== 'client')
}

/** One region as it is being asked. */
class Asked {
  readonly region: string
  readonly answer: Promise<RegionAnswer>
  readonly #abort = new AbortController()
  #troubled = false
  #onTrouble = () => {}

  constructor(
    service: Exclude<AwsService, 'sts'>,
    region: string,
    reads: readonly IndexedRead[],
    contextOf: ContextOf,
    onClientFailure: () => void,
  ) {
    this.region = region
    const onFailure = ({ silent }: AwsFailure) => {
      if (silent) return
      this.#troubled = true
      this.#onTrouble()
    }
    this.answer = readRegion(
      service,
      reads,
      contextOf(region, this.#abort.signal, onFailure),
      onClientFailure,
    )
    this.answer.catch(() => {})
  }

  /** Resolves when the region has all values; never without. */
  async withValues(): Promise<Asked> {
    return isWhole(await this.answer) ? this : new Promise<never>(() => {})
  }

  /** Resolves when the region has answered, or when it has been given up after `ms` (sooner once it is in trouble). */
  async endWithin(ms: number): Promise<void> {
    const giveUp = () => this.#abort.abort(new GraceOver())
    const timers = [silenceTimer(this.#troubled ? grace.troubled : ms, giveUp)]
    this.#onTrouble = () => {
      this.#onTrouble = () => {}
      timers.push(silenceTimer(grace.troubled, giveUp))
    }
    await this.answer.catch(() => {})
    for (const stop of timers) stop()
  }
}

async function bothEnd(primary: Asked, failover: Asked): Promise<undefined> {
  await Promise.all([primary.answer, failover.answer])
  // One with values has ended the race before.
  return undefined
}

function notAsked(service: AwsService, region: string, reads: readonly IndexedRead[]): RegionAnswer {
  const failure = silenceOf({ service, region, operation: '' })
  const failures = reads
    .slice(0, 1)
    .map(({ index, read }) => ({ index, name: nameOf(service, read), failure }))
  return { read: new Map(), missing: new Map(), failures }
}
