import { mostBytes } from '../plan/most-bytes.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import { planNumber } from '../plan/plan-number.ts'
import { regionsRead } from '../plan/regions.ts'
import { type Admission, ByteBudget } from './byte-budget.ts'

/**
 * What mounts may hold of values together, at worst. What garbage and sockets they leave is as much again, and twice:
 * docs/performance.md, for a pod of 100 MiB.
 */
const bytesOfAll = 20 * 2 ** 20
/** Of that, those that do not read in the node's region alone: anybody may name regions that are dead. */
const bytesElsewhere = 12 * 2 ** 20
/** The same for mounts that read from the same region and stores. One mount counts as half of it at most, here and in all. */
const bytesOfOrigin = 8 * 2 ** 20
/** The most that a small mount counts: four of the largest secrets. */
const smallBytes = 256 * 2 ** 10

/** Lets mounts in while what they may hold together stays within its bounds. */
export interface AdmissionControl {
  /** Mounts that wait. */
  readonly waiting: number
  /** Waits until there is room for what a mount of this plan may hold. `reader` says as whom it reads. */
  enter(plan: MountPlan, reader: string, signal: AbortSignal): Promise<Admission>
}

/**
 * Lets mounts in by the bytes that they may hold: some for each region and its stores, and some for all. So mounts that
 * hang in a dead region, or in one store of a region, do not keep those of a healthy one waiting.
 *
 * Anybody may name regions that are dead, as many as it takes to use up what there is for all that read elsewhere, and a
 * few large mounts take all that there is for a region. So small mounts of each region have some room that the others do
 * not get. `maxVolumeBytes`: a mount keeps no more than that, and once more of its failover region. `homeRegion`: of the
 * node, where it is known; until then all are at home.
 */
export function createAdmissionControl(
  maxVolumeBytes: number,
  homeRegion: () => string | undefined,
): AdmissionControl {
  const all = new ByteBudget(bytesOfAll)
  const elsewhere = new ByteBudget(bytesElsewhere)
  // A budget is kept while somebody is in it or waits for it.
  const origins = new Map<string, Origin>()
  let waiting = 0
  return {
    get waiting() {
      return waiting
    },
    async enter(plan, reader, signal) {
      const key = `${reader} ${planNumber(plan)}`
      const most = Math.min(mostBytes(plan), maxVolumeBytes * plan.regions.length)
      const home = homeRegion()
      const isElsewhere = home !== undefined && ownRegions(plan).some((region) => region !== home)
      const bytes = Math.min(most, bytesOfOrigin / 2)
      const name = originOf(plan)
      const origin = origins.get(name) ?? newOrigin()
      origins.set(name, origin)
      const forget = () => {
        if (origin.budget.deserted && origins.get(name) === origin) origins.delete(name)
      }
      const into = (budget: ByteBudget): Way => ({
        now: () => budget.tryEnter(key, bytes),
        wait: (within) => budget.enter(key, bytes, within),
      })
      const common = isElsewhere ? bothOf(into(elsewhere), into(all)) : into(all)
      const usual = bothOf(into(origin.budget), common)
      const way = bytes > smallBytes ? usual : eitherOf(usual, into(origin.small))
      waiting += 1
      try {
        signal.throwIfAborted()
        const { valuesArrived, leave } = way.now() ?? (await way.wait(signal))
        return {
          valuesArrived,
          leave() {
            leave()
            forget()
          },
        }
      } catch (error) {
        forget()
        throw error
      } finally {
        waiting -= 1
      }
    },
  }
}

/** How a mount gets into a budget, or into several. */
interface Way {
  /** Where nobody has to wait, which is the usual and costs little. */
  now(): Admission | undefined
  /**
   * Waits for its turn.
   * @throws the signal's reason.
   */
  wait(signal: AbortSignal): Promise<Admission>
}

/** Mounts that read from one region and its stores. */
interface Origin {
  readonly budget: ByteBudget
  /** For small ones, beside the rest. */
  readonly small: ByteBudget
}

function newOrigin(): Origin {
  return { budget: new ByteBudget(bytesOfOrigin), small: new ByteBudget(2 * smallBytes) }
}

/** Into one, then into the other. */
function bothOf(one: Way, other: Way): Way {
  return {
    now() {
      const first = one.now()
      const second = first && other.now()
      if (first !== undefined && second !== undefined) return joined(first, second)
      first?.leave()
      return undefined
    },
    async wait(signal) {
      const first = await one.wait(signal)
      try {
        return joined(first, await other.wait(signal))
      } catch (error) {
        first.leave()
        throw error
      }
    },
  }
}

function joined(first: Admission, second: Admission): Admission {
  return {
    valuesArrived() {
      first.valuesArrived()
      second.valuesArrived()
    },
    leave() {
      second.leave()
      first.leave()
    },
  }
}

/** Into the first that lets in; the other is given up. */
function eitherOf(...ways: readonly [Way, Way]): Way {
  return {
    now: () => ways[0].now() ?? ways[1].now(),
    async wait(signal) {
      const entered = new AbortController()
      const within = AbortSignal.any([signal, entered.signal])
      let taken = false
      const entering = ways.map(async (way) => {
        const admission = await way.wait(within)
        if (taken) admission.leave()
        taken = true
        return admission
      })
      try {
        return await Promise.any(entering)
      } catch {
        throw signal.reason
      } finally {
        entered.abort()
      }
    },
  }
}

function originOf(plan: MountPlan): string {
  return [...ownRegions(plan), ...new Set(plan.objects.map(({ store }) => store))].sort().join(' ')
}

/** Where a mount reads unless something fails. */
function ownRegions(plan: MountPlan): readonly string[] {
  const [, failover] = plan.regions
  return regionsRead(plan).filter((region) => region !== failover)
}
