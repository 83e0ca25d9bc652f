import { partitionOf } from '../aws/partition.ts'
import { fault } from '../errors/provider-error.ts'
import type { Regions } from '../plan/mount-plan.ts'
import type { Sensitive } from '../process/sensitive.ts'
import { type MountRequest, type PodReference, tokenAudience } from '../request/mount-request.ts'
import { isFromSyncController } from '../request/sync-controller.ts'
import type { Identity, PodOwnIdentity } from './identity.ts'

/** What Kubernetes knows of a pod's identity. */
export interface IdentitySource {
  readRoleArn(
    account: { readonly namespace: string; readonly serviceAccount: string },
    signal: AbortSignal,
  ): Promise<string>
  /** Asks for a token when the driver has sent none; throws TOKEN_MISSING when that is not allowed. */
  requestToken(pod: PodReference, audience: string, signal: AbortSignal): Promise<Sensitive<string>>
}

/** Finds out as whom the pod's secrets are read; no AWS call yet. */
export async function identify(
  request: MountRequest,
  [primary]: Regions,
  source: IdentitySource,
  signal: AbortSignal,
): Promise<Identity> {
  const base = await identifyPod(request, primary, source, signal)
  return request.assumeRole === undefined ? base : { kind: 'assumedRole', base, role: request.assumeRole }
}

async function identifyPod(
  request: MountRequest,
  primary: string,
  source: IdentitySource,
  signal: AbortSignal,
): Promise<PodOwnIdentity> {
  const { pod, identityKind: kind, tokens, addressType } = request
  const audience = tokenAudience[kind]
  const findToken = async () => {
    const given = tokens.get(audience)
    if (given !== undefined) return given
    // A token of ours would be bound to the pod, and there is none in this namespace.
    if (isFromSyncController(request)) throw fault('SYNC_TOKEN_MISSING', { audience })
    return source.requestToken(pod, audience, signal)
  }
  const account = { namespace: pod.namespace, serviceAccount: pod.serviceAccount }
  const workload = { ...account, partition: partitionOf(primary) }
  if (kind === 'podIdentity') {
    return { ...workload, kind, podUid: pod.uid, addressType, token: await findToken() }
  }
  const token = await findToken()
  return { ...workload, kind, token, roleArn: await source.readRoleArn(account, signal) }
}
