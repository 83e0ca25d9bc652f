import { fault } from '../errors/provider-error.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import type { Planner } from '../plan/remember-plans.ts'
import type { ServeSettings } from '../settings/serve-settings.ts'

/** A planner that refuses files of other owners than root where this provider does not make them: before AWS is asked. */
export function refusingOwners(
  planMount: Planner,
  { allowFileOwner, driverWritesSecrets }: Pick<ServeSettings, 'allowFileOwner' | 'driverWritesSecrets'>,
): Planner {
  if (allowFileOwner && !driverWritesSecrets) return planMount
  const checked = (plan: MountPlan) => {
    if (plan.givenAway === undefined) return plan
    throw fault(driverWritesSecrets ? 'FILE_OWNER_DRIVER_WRITES' : 'FILE_OWNER_NOT_ALLOWED', plan.givenAway)
  }
  return (request, regions, signal) => {
    const plan = planMount(request, regions, signal)
    return plan instanceof Promise ? plan.then(checked) : checked(plan)
  }
}
