import * as v from 'valibot'
import { fault, ProviderError } from '../errors/provider-error.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { PodReference } from '../request/mount-request.ts'
import { checkShape } from './api-answer.ts'
import { apiPath } from './api-path.ts'
import type { KubernetesClient } from './kubernetes-client.ts'

const tokenRequestObject = v.object({
  status: v.object({ token: v.pipe(v.string(), v.nonEmpty()) }),
})

/** The shortest life the API grants: the token is used once, at once. */
const expirationSeconds = 600

/**
 * Asks Kubernetes for a token of the pod's service account, for when the driver sent none.
 *
 * It is bound to the pod by name and uid, so it dies with the pod. Our RBAC allows this only where the
 * operator opted in.
 *
 * @throws ProviderError TOKEN_MISSING when RBAC refuses, else KUBERNETES_….
 */
export async function requestToken(
  client: KubernetesClient,
  pod: PodReference,
  audience: string,
  signal: AbortSignal,
): Promise<Sensitive<string>> {
  const path = apiPath('namespaces', pod.namespace, 'serviceaccounts', pod.serviceAccount, 'token')
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      audiences: [audience],
      expirationSeconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: pod.name, uid: pod.uid },
    },
  }
  const answer = await client.post(path, body, signal).catch((error: unknown) => {
    const isForbidden = error instanceof ProviderError && error.code === 'KUBERNETES_FORBIDDEN'
    throw isForbidden ? fault('TOKEN_MISSING', { audience }, { cause: error }) : error
  })
  return new Sensitive(checkShape(tokenRequestObject, answer, 'create serviceaccounts/token').status.token)
}
