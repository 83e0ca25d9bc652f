import * as v from 'valibot'
import { checkShape } from '../../cluster/api-answer.ts'
import type { Check, DoctorContext } from '../context.ts'
import { tokenRole } from '../optional-roles.ts'
import { failed, ok, unknown } from '../row.ts'

const reviewPath = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
const reviewObject = v.object({ status: v.object({ allowed: v.boolean() }) })

/** What a mount reads, and why. */
const needed = [
  ['serviceaccounts', 'the role of a pod stands in its service account'],
  ['pods', 'without NODE_NAME the region is found through the pod'],
  ['nodes', "a node's label tells the region"],
] as const

/** May the provider do with the Kubernetes API what a mount needs? */
export const checkAccess: Check = async (context) => {
  const { settings } = context
  const gets = needed.map(async ([resource, why]) => {
    const check = `rbac get ${resource}`
    if (await isAllowed(context, 'get', resource)) return ok(check, 'allowed')
    const isUnused =
      (resource === 'nodes' && settings.aws.region !== undefined) ||
      (resource === 'pods' && (settings.aws.region ?? settings.nodeName) !== undefined)
    const found = `not allowed: ${why}`
    return isUnused
      ? unknown(check, `${found}; not needed with these settings`)
      : failed(
          check,
          found,
          `allow verb "get" on resource "${resource}" in the provider's ClusterRole; the installer has it`,
        )
  })
  const check = 'rbac create serviceaccounts/token'
  const token = async () =>
    (await context.mayCreateTokens())
      ? ok(check, 'allowed (optional): the provider may act as any service account')
      : unknown(
          check,
          'not allowed, and not needed where the driver has tokenRequests',
          `else ${tokenRole} allows it`,
        )
  return Promise.all([...gets, token()])
}

/**
 * Whether Kubernetes lets us create service account tokens.
 * @throws {ProviderError} KUBERNETES_… errors.
 */
export function mayCreateTokens(context: DoctorContext): Promise<boolean> {
  return isAllowed(context, 'create', 'serviceaccounts', 'token')
}

/**
 * What we may do, as Kubernetes answers; every service account may ask this of itself.
 * @throws {ProviderError} KUBERNETES_….
 */
async function isAllowed(
  { kubernetes, signal, options }: DoctorContext,
  verb: string,
  resource: string,
  subresource?: string,
): Promise<boolean> {
  const client = await kubernetes()
  const resourceAttributes = {
    verb,
    group: '',
    resource,
    ...(subresource === undefined ? {} : { subresource }),
    // Nodes are in no namespace; of the others a RoleBinding for the pod's will do.
    ...(options.pod === undefined || resource === 'nodes' ? {} : { namespace: options.pod.namespace }),
  }
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  }
  const answer = await client.post(reviewPath, body, signal)
  return checkShape(reviewObject, answer, 'create selfsubjectaccessreviews').status.allowed
}
