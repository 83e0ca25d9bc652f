import { checkAccess } from './checks/access.ts'
import { checkAwsEndpoints } from './checks/aws-endpoints.ts'
import { checkCsiDriver } from './checks/csi-driver.ts'
import { checkEarlierSocket } from './checks/earlier-socket.ts'
import { checkHomeRegion } from './checks/home-region.ts'
import { checkKubernetesApi } from './checks/kubernetes-api.ts'
import { checkOlderDriver } from './checks/older-driver.ts'
import { checkPodIdentityAgent } from './checks/pod-identity-agent.ts'
import { checkProviderSocket } from './checks/provider-socket.ts'
import { checkSocketDirectory } from './checks/socket-directory.ts'
import type { Check, DoctorContext } from './context.ts'
import { checkPodAccess } from './pod/access.ts'
import { checkPodTarget } from './pod/target.ts'
import { type Row, rowsOf } from './row.ts'

/** Everything that is looked at, in the order of the report. */
const checks: readonly (readonly [name: string, check: Check])[] = [
  ['socket directory', checkSocketDirectory],
  ['socket', checkProviderSocket],
  ['earlier socket', checkEarlierSocket],
  ['kubernetes api', checkKubernetesApi],
  ['csidriver', checkCsiDriver],
  ['older driver', checkOlderDriver],
  ['rbac', checkAccess],
  ['region', checkHomeRegion],
  ['aws', checkAwsEndpoints],
  ['pod identity agent', checkPodIdentityAgent],
  ['pod', checkPodTarget],
  ['pod access', checkPodAccess],
]

/**
 * Runs all checks at once; the rows stand in the report's order. `waitingFor` hears which checks are under way,
 * each time one ends. Never rejects: what a check throws is its row.
 */
export async function runChecks(
  context: DoctorContext,
  waitingFor: (names: readonly string[]) => void = () => {},
): Promise<readonly Row[]> {
  const underWay = new Set(checks.map(([name]) => name))
  waitingFor([...underWay])
  const rows = await Promise.all(
    checks.map(async ([name, check]) => {
      try {
        return await Promise.race([check(context), ended(context.signal)])
      } catch (error) {
        return rowsOf(name, error)
      } finally {
        underWay.delete(name)
        waitingFor([...underWay])
      }
    }),
  )
  return rows.flat()
}

/** A moment after the abort, so that a check can still tell what it knows; a call that hangs in the system tells nothing. */
function ended(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = () => setTimeout(() => reject(signal.reason), 500).unref()
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
