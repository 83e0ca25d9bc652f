import type { AwsService } from '../aws/failures/failure.ts'
import type { RegionHealth } from '../aws/region-health.ts'
import { mostFaults } from '../errors/provider-error.ts'
import type { Session } from '../identity/session.ts'
import type { MountPlan, Store } from '../plan/mount-plan.ts'
import { leftOutOf } from './left-out.ts'
import { type Dispute, LossDeadline, type ReadFailure } from './loss-deadline.ts'
import type { PlanValues } from './object-value.ts'
import type { ReadContext, ReadObserver, Stores } from './read-context.ts'
import { type ObjectFault, ReadFaults } from './read-faults.ts'
import { type IndexedRead, isWhole, type RegionAnswer, readRegion } from './read-region.ts'
import { readTwoRegions } from './read-two-regions.ts'
import { type Share, shareOf } from './share.ts'
import { storeFault } from './store-fault.ts'

/** What a failover tells the operator: whose values were mounted in whose place, and why. */
export interface Failover {
  readonly service: AwsService
  readonly from: string
  readonly to: string
  /** Whether the values are the failover region's; else it is the failover region that failed. */
  readonly used: boolean
  readonly reasons: readonly string[]
}

/** What reads share, and who hears of them. */
export interface ReadValuesOptions {
  readonly stores: Stores
  readonly health: RegionHealth
  readonly observer: ReadObserver
  readonly onFailover: (failover: Failover) => void
  /** A read has ended, with a value or a failure. */
  readonly onEnd?: () => void
  /** Bytes of values that are kept, and as many of the failover region; of what is over only the size is known. */
  readonly maxBytes: number
}

const serviceOf: Readonly<Record<Store, Exclude<AwsService, 'sts'>>> = {
  secretsmanager: 'secretsmanager',
  ssmparameter: 'ssm',
}

/**
 * Reads every object of the plan, all at once, and returns their values in the plan's order; undefined for an optional
 * object that is missing. The values of one store come from one region. Where one has its content left out, they are
 * more than `maxBytes` together.
 *
 * @throws all failures of the mount together (ReadFaults), in the order of the objects; a client error of either region
 *   fails it.
 * @throws the signal's reason when the caller gives up.
 */
export async function readValues(
  plan: MountPlan,
  session: Session,
  signal: AbortSignal,
  options: ReadValuesOptions,
): Promise<PlanValues> {
  const deadline = new LossDeadline(signal)
  try {
    const shares = [shareOf(plan, 0, options.maxBytes), shareOf(plan, 1, options.maxBytes)] as const
    const groups = new Map(
      plan.objects.map(({ store, region }): [string, Group] => [
        `${store} ${region ?? ''}`,
        { store, region },
      ]),
    )
    const answers = await Promise.all(
      Array.from(groups.values(), (group) =>
        readGroup(group, plan, session, deadline.signal, options, shares, () => deadline.lost()),
      ),
    )
    const values = collectValues(plan, answers, session)
    const again = leftOutOf(plan, values, options.maxBytes)
    if (again === undefined) return values
    const maxBytes = options.maxBytes - again.heldBytes
    const read = await readValues(again.plan, session, deadline.signal, { ...options, maxBytes })
    return values.map((value, index) => read[index] ?? value)
  } finally {
    deadline.end()
  }
}

/** What comes of a store: the values of one region, or failures with what was read beside them in the primary. */
type StoreAnswer = Pick<RegionAnswer, 'read' | 'failures'>

/** Objects of one store that come from the same region, or from the same two. */
interface Group {
  readonly store: Store
  /** Undefined for the regions of the class. */
  readonly region: string | undefined
}

async function readGroup(
  { store, region: own }: Group,
  plan: MountPlan,
  session: Session,
  signal: AbortSignal,
  { stores, health, observer, onFailover, onEnd = () => {} }: ReadValuesOptions,
  shares: readonly [first: Share, failover: Share],
  onLost: () => void,
): Promise<StoreAnswer> {
  const service = serviceOf[store]
  const [primary, failover] = own === undefined ? plan.regions : ([own] as const)
  const readsOf = (side: number): readonly IndexedRead[] =>
    plan.objects.flatMap((object, index) => {
      const read = object.reads[side]
      const isRead = object.store === store && object.region === own && read !== undefined
      return isRead ? [{ index, read, optional: object.optional === true }] : []
    })
  const contextOf = (region: string, more: AbortSignal | undefined, onFailure: ReadContext['onFailure']) => {
    const { budget, callTurns, setTurns } = shares[region === failover ? 1 : 0]
    return {
      stores,
      session,
      region,
      observer,
      budget,
      callTurns,
      setTurns: setTurns[store],
      batchReads: plan.batchReads === true,
      onEnd,
      signal: more === undefined ? signal : AbortSignal.any([signal, more]),
      onFailure,
    }
  }
  const asked = readsOf(0)
  if (failover === undefined) {
    const answer = await readRegion(
      service,
      asked,
      contextOf(primary, undefined, () => {}),
      onLost,
    )
    if (!isWhole(answer)) onLost()
    return answer
  }
  const reads = [asked, readsOf(1)] as const
  const answers = await readTwoRegions(service, [primary, failover], reads, contextOf, health, onLost)
  const chosen = choose(answers.primary, answers.failover, [primary, failover])
  if (chosen.failures.length > 0) onLost()
  else if (chosen.lost !== undefined && chosen.lost.length > 0) {
    const reasons = chosen.lost.map(({ failure }) => `${failure.code}: ${failure.message}`)
    onFailover({
      service,
      from: primary,
      to: failover,
      used: !isWhole(answers.primary),
      reasons: [...new Set(reasons)],
    })
  }
  return chosen
}

/**
 * A client error of either region fails the mount; else the primary's values, else the failover's.
 *
 * Two regions must agree that an optional object is missing. Where one has it, or cannot say, the other's answer is the
 * failure that it would be without `optional`: what is mounted must not go because a region is away.
 */
function choose(
  primary: RegionAnswer,
  failover: RegionAnswer,
  regions: readonly [primary: string, failover: string],
): StoreAnswer & { readonly lost?: readonly ReadFailure[] } {
  const { read } = primary
  const failures = [...primary.failures, ...failover.failures]
  const disputed = disputedIn(primary, failover, regions)
  const refusals = failures.filter(({ failure }) => failure.kind === 'client')
  const conflicts = disputed.filter(({ dispute }) => dispute.hasIt)
  if (refusals.length + conflicts.length > 0) return { read, failures: [...conflicts, ...refusals] }
  // With what kept a region from saying.
  if (disputed.length > 0) return { read, failures: [...disputed, ...failures] }
  const whole = [primary, failover].find(isWhole)
  return whole === undefined ? { read, failures } : { read: whole.read, failures: [], lost: failures }
}

/** What one region says to be missing, and the other does not, where one of them has all else. */
function disputedIn(
  primary: RegionAnswer,
  failover: RegionAnswer,
  [first, second]: readonly [primary: string, failover: string],
): readonly (ReadFailure & { readonly dispute: Dispute })[] {
  if (!isWhole(primary) && !isWhole(failover)) return []
  const sides = [
    { missing: primary.missing, other: failover, region: second },
    { missing: failover.missing, other: primary, region: first },
  ]
  return sides.flatMap(({ missing, other, region }) =>
    Array.from(missing)
      .filter(([index]) => !other.missing.has(index))
      .map(([index, said]) => ({ ...said, dispute: { region, hasIt: other.read.has(index) } })),
  )
}

function collectValues(plan: MountPlan, answers: readonly StoreAnswer[], session: Session): PlanValues {
  const read = new Map(answers.flatMap((answer) => Array.from(answer.read)))
  const values = plan.objects.map((_, index) => read.get(index))
  const [first, ...rest] = faultsOf(plan, answers, session)
  if (first !== undefined) throw new ReadFaults([first, ...rest], values)
  return values
}

/** In the order of the objects, the primary region's before the failover's. */
function faultsOf(
  plan: MountPlan,
  answers: readonly StoreAnswer[],
  session: Session,
): readonly ObjectFault[] {
  const side = ({ failure }: ReadFailure) => (failure.call.region === plan.regions[1] ? 1 : 0)
  const faults = answers
    .flatMap(({ failures }) => failures)
    .toSorted((a, b) => a.index - b.index || side(a) - side(b))
    .slice(0, mostFaults)
    .map(({ index, name, set, failure, dispute }) => {
      const { optional, reads, part } = plan.objects[index] ?? {}
      const isQuery = reads?.[0]?.set?.kind === 'query'
      const about = { optional: optional === true && set === undefined, set, isQuery, part, dispute }
      return { index, fault: storeFault(failure, name, session.identity, about) }
    })
  return withoutRepeats(faults)
}

/** What goes for several objects at once is said once, and not for each of them. */
function withoutRepeats(faults: readonly ObjectFault[]): readonly ObjectFault[] {
  const said = new Set<string>()
  return faults.filter(({ fault: { code, message } }) => {
    const isRepeated = (code === 'BATCH_ACCESS_DENIED' || code === 'TOO_MANY_FILES') && said.has(message)
    said.add(message)
    return !isRepeated
  })
}
