import type { Region, World } from '../emulator/world.ts'
import { examplesWorld } from '../fixtures/examples-world.ts'
import { objectsText } from './scene.ts'

/** A workload with a pair of regions of its own, so that what breaks there breaks for nobody else. */
export interface Workload {
  readonly serviceAccount: string
  readonly role: string
  readonly primary: string
  readonly failover: string
}

/** The `number`-th (0 to 98) workload of a group of lower-case letters. */
export function workload(group: string, number: number): Workload {
  const serviceAccount = `${group}-${number}`
  return {
    serviceAccount,
    role: `arn:aws:iam::111122223333:role/${serviceAccount}`,
    primary: `us-${group}-${number + 1}`,
    failover: `eu-${group}-${number + 1}`,
  }
}

/** A world in which each workload has a secret and a parameter, under names of its own in each region. */
export function worldOf(workloads: readonly Workload[]): World {
  const world = examplesWorld()
  const regions: Record<string, Region> = { ...world.regions }
  for (const { primary, failover } of workloads) {
    regions[primary] = {
      secrets: { 'db-here': { string: `secret of ${primary}` } },
      parameters: { '/db-here': { value: `parameter of ${primary}` } },
    }
    regions[failover] = {
      secrets: { 'db-there': { string: `secret of ${failover}` } },
      parameters: { '/db-there': { value: `parameter of ${failover}` } },
    }
  }
  const accounts = workloads.map(({ serviceAccount, role }) => [
    `default/${serviceAccount}`,
    { annotations: { 'eks.amazonaws.com/role-arn': role } },
  ])
  return {
    ...world,
    regions,
    roles: Object.fromEntries(
      workloads.map(({ serviceAccount, role }) => [role, { trust: [`default:${serviceAccount}`] }]),
    ),
    kubernetes: { ...world.kubernetes, serviceAccounts: Object.fromEntries(accounts) },
  }
}

/**
 * Mounts a secret as `secret` and a parameter as `parameter`, or one of the two, from one region or with the
 * second one.
 */
export function wishOf(
  { serviceAccount, primary, failover }: Workload,
  regions: 1 | 2,
  only?: 'secret' | 'parameter',
) {
  const there = (objectName: string) => (regions === 2 ? { failoverObject: { objectName } } : {})
  const secret = {
    objectName: 'db-here',
    objectType: 'secretsmanager',
    objectAlias: 'secret',
    ...there('db-there'),
  }
  const parameter = {
    objectName: '/db-here',
    objectType: 'ssmparameter',
    objectAlias: 'parameter',
    ...there('/db-there'),
  }
  const objects = [...(only === 'parameter' ? [] : [secret]), ...(only === 'secret' ? [] : [parameter])]
  const failoverRegion = regions === 2 ? { failoverRegion: failover } : {}
  return {
    parameters: { region: primary, ...failoverRegion, objects: objectsText(...objects) },
    serviceAccount,
  }
}
