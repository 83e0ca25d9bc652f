import * as v from 'valibot'
import { checkShape } from '../../cluster/api-answer.ts'
import { groupPath } from '../../cluster/api-path.ts'
import { ProviderError } from '../../errors/provider-error.ts'
import { tokenAudience } from '../../request/mount-request.ts'
import type { Check, DoctorContext } from '../context.ts'
import { doctorRole } from '../optional-roles.ts'
import { failed, ok, type Row, rowsOf, unknown } from '../row.ts'

const name = 'secrets-store.csi.k8s.io'
const check = 'csidriver'

const csiDriver = v.object({
  spec: v.object({
    podInfoOnMount: v.nullish(v.boolean()),
    requiresRepublish: v.nullish(v.boolean()),
    tokenRequests: v.nullish(v.array(v.object({ audience: v.string() }))),
  }),
})

/** Does the CSIDriver object make kubelet send what a mount needs? */
export const checkCsiDriver: Check = async (context) => {
  const { signal } = context
  const client = await context.kubernetes()
  let answer: unknown
  try {
    answer = await client.get(groupPath('storage.k8s.io/v1', 'csidrivers', name), signal)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.code === 'KUBERNETES_FORBIDDEN') return [unknown(check, error.message, doctorRole)]
    if (error.code !== 'KUBERNETES_NOT_FOUND') throw error
    return rowsOf(check, error).map((row) => ({ ...row, remedy: 'install the Secrets Store CSI Driver' }))
  }
  const { spec } = checkShape(csiDriver, answer, 'get csidrivers')
  const audiences = (spec.tokenRequests ?? []).map(({ audience }) => audience)
  return [
    ...(await tokenRows(audiences, context)),
    spec.podInfoOnMount === true
      ? ok(`${check} podInfoOnMount`, 'true')
      : failed(
          `${check} podInfoOnMount`,
          'not true: kubelet does not say whose volume it is',
          setting('podInfoOnMount'),
        ),
    spec.requiresRepublish === true
      ? ok(`${check} requiresRepublish`, 'true: secrets rotate')
      : unknown(
          `${check} requiresRepublish`,
          'not true: with drivers from 1.6 on, secrets in running pods are not renewed',
          "if they should be: the driver's helm chart with --set enableSecretRotation=true",
        ),
  ]
}

/** An audience is missed where pods need it, or where there is none at all. */
async function tokenRows(audiences: readonly string[], context: DoctorContext): Promise<readonly Row[]> {
  const target = await context.target().catch(() => undefined)
  const isRequested = await context.mayCreateTokens().catch(() => false)
  const kinds = ['irsa', 'podIdentity'] as const
  const none = kinds.every((kind) => !audiences.includes(tokenAudience[kind]))
  return kinds.map((kind) => {
    const audience = tokenAudience[kind]
    const label = `${check} tokenRequests`
    if (audiences.includes(audience)) return ok(label, `audience ${audience}`)
    const used = kind === 'irsa' ? 'IRSA (the default)' : 'usePodIdentity'
    const remedy = `with the driver's helm chart: --set-string 'tokenRequests[${audiences.length}].audience=${audience}'`
    if (isRequested)
      return unknown(label, `no ${audience}; the provider may ask Kubernetes for tokens itself`)
    const isNeeded = target?.classes.some(({ request }) => request.identityKind === kind) === true
    return none || isNeeded
      ? failed(label, `no ${audience}: pods with ${used} get no token`, remedy)
      : unknown(label, `no ${audience}: needed only for pods with ${used}`, remedy)
  })
}

function setting(field: string): string {
  return `kubectl patch csidriver ${name} --type merge -p '{"spec":{"${field}":true}}'; reinstalling the driver sets it too`
}
