import type { MountPlan, PlannedObject } from '../plan/mount-plan.ts'
import { isCut, type PlanValues, sizeOf, valuesIn } from './object-value.ts'

/**
 * What is to be read again, and the bytes of what is not: a region has values left out for the sake of those of its other
 * store, which are not used where that one has failed. Undefined where nothing is left out, or where the values are more
 * than a mount may have in any case.
 */
export function leftOutOf(
  plan: MountPlan,
  values: PlanValues,
  maxBytes: number,
): { readonly plan: MountPlan; readonly heldBytes: number } | undefined {
  const bytes = values.map((value) => valuesIn(value).reduce((sum, each) => sum + sizeOf(each), 0))
  const sumOf = (some: readonly number[]) => some.reduce((sum, each) => sum + each, 0)
  if (!values.some(isCut) || sumOf(bytes) > maxBytes) return undefined
  const objects = plan.objects.map((object, index): PlannedObject => {
    const [region = plan.regions[0]] = valuesIn(values[index]).map((each) => each.region)
    const read = object.reads[object.region === undefined && region === plan.regions[1] ? 1 : 0]
    return { ...object, region, reads: isCut(values[index]) && read !== undefined ? [read] : [] }
  })
  const heldBytes = sumOf(bytes.filter((_, index) => !isCut(values[index])))
  return { plan: { ...plan, objects }, heldBytes }
}
