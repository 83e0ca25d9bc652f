import type { Emulator } from '../emulator/emulator.ts'
import type { Role } from '../emulator/world.ts'

/**
 * Makes a service account of a test's own with a role of its own, so that no session of another test serves it.
 * Gives the role's ARN.
 */
export function giveRole(
  emulator: Emulator,
  serviceAccount: string,
  {
    namespace = 'default',
    partition = 'aws',
    ...role
  }: Role & { namespace?: string; partition?: string } = {},
): string {
  const arn = `arn:${partition}:iam::111122223333:role/${serviceAccount}`
  const account = { annotations: { 'eks.amazonaws.com/role-arn': arn } }
  emulator.mergeWorld({
    roles: { [arn]: { trust: [`${namespace}:${serviceAccount}`], ...role } },
    kubernetes: { serviceAccounts: { [`${namespace}/${serviceAccount}`]: account } },
  })
  return arn
}
