import * as v from 'valibot'
import { fault, ProviderError } from '../errors/provider-error.ts'
import { isRoleArn } from '../request/role-arn.ts'
import { checkShape } from './api-answer.ts'
import { apiPath } from './api-path.ts'
import type { KubernetesClient } from './kubernetes-client.ts'

const annotation = 'eks.amazonaws.com/role-arn'

const serviceAccountObject = v.object({
  metadata: v.object({ annotations: v.nullish(v.record(v.string(), v.string())) }),
})

/**
 * The IAM role a service account names in its annotation `eks.amazonaws.com/role-arn`.
 *
 * Read at every call, so that a changed annotation counts at the next mount.
 *
 * @throws ProviderError SERVICE_ACCOUNT_NOT_FOUND, ROLE_ARN_MISSING, ROLE_ARN_INVALID or KUBERNETES_….
 */
export async function readRoleArn(
  client: KubernetesClient,
  owner: { readonly namespace: string; readonly serviceAccount: string },
  signal: AbortSignal,
): Promise<string> {
  const { namespace, serviceAccount } = owner
  const path = apiPath('namespaces', namespace, 'serviceaccounts', serviceAccount)
  const answer = await client.get(path, signal).catch((error: unknown) => {
    const isMissing = error instanceof ProviderError && error.code === 'KUBERNETES_NOT_FOUND'
    throw isMissing
      ? fault('SERVICE_ACCOUNT_NOT_FOUND', { namespace, serviceAccount }, { cause: error })
      : error
  })
  const { metadata } = checkShape(serviceAccountObject, answer, 'get serviceaccounts')

  const roleArn = metadata.annotations?.[annotation]?.trim() ?? ''
  if (roleArn === '') throw fault('ROLE_ARN_MISSING', { namespace, serviceAccount, annotation })
  if (!isRoleArn(roleArn))
    throw fault('ROLE_ARN_INVALID', { namespace, serviceAccount, annotation, received: roleArn })
  return roleArn
}
