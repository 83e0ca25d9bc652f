import { LRUCache } from 'lru-cache'
import type { MountRequest } from '../request/mount-request.ts'
import type { MountPlan, Regions } from './mount-plan.ts'
import { planMount } from './plan-mount.ts'

/** Text of all SecretProviderClasses that are remembered, in characters; the largest one allowed fits four times. */
const maxCharacters = 1024 * 1024

/** planMount, or what stands in for it. */
export type Planner = (request: MountRequest, regions: Regions) => MountPlan

/**
 * Makes a planMount that remembers its latest plans: reading the YAML of 20 objects costs 2 ms of CPU, and
 * rotation asks for the same text again every two minutes, for every pod.
 *
 * A plan follows from the text of the SecretProviderClass and the regions alone, all of which are the key; it
 * names no pod and no identity, and holds nothing secret. Refused texts are read again each time.
 */
export function rememberPlans(): Planner {
  const plans = new LRUCache<string, MountPlan>({
    maxSize: maxCharacters,
    sizeCalculation: (_, key) => key.length,
  })
  return (request, regions) => {
    const key = JSON.stringify([regions, request.pathTranslation, request.defaultMode, request.objects])
    const known = plans.get(key)
    if (known !== undefined) return known
    const plan = planMount(request, regions)
    plans.set(key, plan)
    return plan
  }
}
