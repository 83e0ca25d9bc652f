import type { MountRequest } from '../request/mount-request.ts'
import type { Regions } from './mount-plan.ts'

/** The regions of a mount, once its primary one is known. */
export function regionsOf(
  { failoverRegion }: Pick<MountRequest, 'failoverRegion'>,
  primary: string,
): Regions {
  return failoverRegion === undefined ? [primary] : [primary, failoverRegion]
}
