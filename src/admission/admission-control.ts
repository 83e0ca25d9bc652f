import { mostBytes } from '../plan/most-bytes.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import { type Admission, ByteBudget } from './byte-budget.ts'

/**
 * What mounts may hold of values together, at worst. What garbage and sockets they leave is as much again, and twice:
 * docs/performance.md, for a pod of 100 MiB.
 */
const bytesOfAll = 20 * 2 ** 20
/** The same for mounts that read from the same region and stores. */
const bytesOfOrigin = 6 * 2 ** 20

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
 */
export function createAdmissionControl(): AdmissionControl {
  const all = new ByteBudget(bytesOfAll)
  // Anybody may name a region: a budget is kept while somebody is in it or waits for it.
  const budgets = new Map<string, ByteBudget>()
  const planNumber = numbering<MountPlan>()
  let waiting = 0
  return {
    get waiting() {
      return waiting
    },
    async enter(plan, reader, signal) {
      const key = `${reader} ${planNumber(plan)}`
      const bytes = mostBytes(plan)
      const origin = originOf(plan)
      const budget = budgets.get(origin) ?? new ByteBudget(bytesOfOrigin)
      budgets.set(origin, budget)
      const forget = () => {
        if (budget.deserted && budgets.get(origin) === budget) budgets.delete(origin)
      }
      waiting += 1
      try {
        const first = await budget.enter(key, bytes, signal)
        try {
          return both(first, await all.enter(key, bytes, signal), forget)
        } catch (error) {
          first.leave()
          throw error
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

function originOf(plan: MountPlan): string {
  return [plan.regions[0], ...new Set(plan.objects.map(({ store }) => store))].sort().join(' ')
}

function both(first: Admission, second: Admission, left: () => void): Admission {
  return {
    filled() {
      first.filled()
      second.filled()
    },
    leave() {
      second.leave()
      first.leave()
      left()
    },
  }
}

/** A number for each object that is shown to it, the same one for the same object. */
function numbering<T extends object>(): (object: T) => number {
  const numbers = new WeakMap<T, number>()
  let last = 0
  return (object) => {
    let number = numbers.get(object)
    if (number === undefined) {
      last += 1
      number = last
      numbers.set(object, number)
    }
    return number
  }
}
