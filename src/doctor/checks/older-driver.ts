import { groupPath } from '../../cluster/api-path.ts'
import { ProviderError } from '../../errors/provider-error.ts'
import type { Check } from '../context.ts'
import { doctorRole } from '../optional-roles.ts'
import { ok, type Row, rowsOf, unknown } from '../row.ts'

const check = 'older driver'

/**
 * What let drivers before 1.6 rotate, and allows; later ones need neither, and installing them removes neither where it
 * came from a file. Source: the driver's manifests and its page on upgrades.
 */
const leftovers = [
  ['secretproviderrotation', 'it lets the driver read every Secret of the cluster'],
  ['secretprovidertokenrequest', 'it lets the driver make tokens of every service account'],
] as const

/** Are there rights that the driver has needed before 1.6? */
export const checkOlderDriver: Check = async ({ kubernetes, signal }) => {
  const client = await kubernetes()
  const looks = leftovers.map(async ([name, allows]): Promise<readonly Row[]> => {
    const role = `${name}-role`
    try {
      await client.get(groupPath('rbac.authorization.k8s.io/v1', 'clusterroles', role), signal)
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      if (error.code === 'KUBERNETES_NOT_FOUND') return []
      if (error.code === 'KUBERNETES_FORBIDDEN') return [unknown(check, error.message, doctorRole)]
      return rowsOf(check, error)
    }
    const found = `ClusterRole ${role} is there, which only drivers before 1.6 need: ${allows}`
    const remedy = `if the driver is 1.6 or later: kubectl delete clusterrole/${role} clusterrolebinding/${name}-rolebinding`
    return [unknown(check, found, remedy)]
  })
  const rows = (await Promise.all(looks)).flat()
  return rows.length > 0 ? rows : [ok(check, 'no rights are left of drivers before 1.6')]
}
