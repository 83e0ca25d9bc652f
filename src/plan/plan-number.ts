import type { MountPlan } from './mount-plan.ts'

const numbers = new WeakMap<MountPlan, number>()
let last = 0

/** A number of a plan, the same one for the same object: for keys of what equal mounts share. */
export function planNumber(plan: MountPlan): number {
  let number = numbers.get(plan)
  if (number === undefined) {
    last += 1
    number = last
    numbers.set(plan, number)
  }
  return number
}
