import type { MountRequest } from '../request/mount-request.ts'
import { isRegionName } from '../request/region-name.ts'
import { parseArn } from './arn.ts'
import type { MountPlan, Regions } from './mount-plan.ts'
import { textOf } from './objects/object-label.ts'
import type { ObjectList } from './objects/object-list.ts'

/** The regions of a mount, once its primary one is known. */
export function regionsOf(
  { failoverRegion }: Pick<MountRequest, 'failoverRegion'>,
  primary: string,
): Regions {
  return failoverRegion === undefined ? [primary] : [primary, failoverRegion]
}

/** The regions that a class is checked against. */
export interface AssumedRegions {
  readonly regions: Regions
  /** The primary region is not known here, but ARNs name it. */
  readonly assumed: boolean
}

/**
 * The regions to check a class against. Where the primary one is not known, that of the first ARN, so that
 * ARNs that no one region can satisfy are still found; without any ARN no rule depends on it.
 */
export function assumeRegions(
  values: ReadonlyMap<string, string>,
  list: ObjectList,
  region: string | undefined,
): AssumedRegions {
  const failover = values.get('failoverRegion') || undefined
  const written = values.get('region') || undefined
  const known =
    written !== undefined && isRegionName(written) ? written : written === undefined ? region : undefined
  // One that names a region of its own says nothing of the class's.
  const ofClass = list.entries.filter(({ objectRegion }) => objectRegion === undefined)
  const fromArn = firstRegion(ofClass.map(({ objectName }) => textOf(objectName)))
  const primary =
    known ?? fromArn ?? ['us-east-1', 'us-west-2'].find((each) => each !== failover) ?? 'us-east-1'
  const assumed = known === undefined && written === undefined && fromArn !== undefined
  return {
    regions: failover === undefined ? [primary] : [primary, failoverOf(failover, primary, list)],
    assumed,
  }
}

/** One that cannot be read still means that there is another region than the primary one. */
function failoverOf(written: string, primary: string, { entries }: ObjectList): string {
  if (isRegionName(written)) return written
  const names = entries.map(({ failoverObject }) =>
    failoverObject === undefined || failoverObject === 'malformed'
      ? undefined
      : textOf(failoverObject.objectName),
  )
  const candidates = [firstRegion(names), 'eu-west-1', 'us-east-2']
  return candidates.find((each) => each !== undefined && each !== primary) ?? written
}

function firstRegion(names: readonly (string | undefined)[]): string | undefined {
  for (const name of names) {
    const region = name === undefined ? undefined : parseArn(name)?.region
    if (region !== undefined && isRegionName(region)) return region
  }
  return undefined
}

/** Every region that a plan reads from: those of the class, and those that objects name for themselves. */
export function regionsRead({ regions, objects }: Pick<MountPlan, 'regions' | 'objects'>): readonly string[] {
  return [
    ...new Set([...regions, ...objects.flatMap(({ region }) => (region === undefined ? [] : [region]))]),
  ]
}
