import type { Sensitive } from '../process/sensitive.ts'
import type { AddressType, PodReference, RoleToAssume } from '../request/mount-request.ts'

/** Whom a mount reads as, with the service account token that proves it. */
export type Identity = PodOwnIdentity | AssumedRole

/** The pod's own. */
export type PodOwnIdentity = WebIdentity | PodIdentity

/** A role that the pod's own identity assumes. */
export interface AssumedRole {
  readonly kind: 'assumedRole'
  readonly base: PodOwnIdentity
  readonly role: RoleToAssume
}

interface Workload {
  readonly namespace: string
  readonly serviceAccount: string
  readonly partition: string
  readonly token: Sensitive<string>
}

/** IAM roles for service accounts. */
export interface WebIdentity extends Workload {
  readonly kind: 'irsa'
  readonly roleArn: string
}

/** EKS Pod Identity: the agent knows the role. */
export interface PodIdentity extends Workload {
  readonly kind: 'podIdentity'
  readonly podUid: PodReference['uid']
  readonly addressType: AddressType
}

/**
 * The key under which a session may be shared: everything that decides what AWS would answer.
 *
 * Anything less leaks across workloads. The parts are joined as JSON, so that no choice of names makes two keys
 * equal. The partition of an assumed role is in the key of its base.
 */
export function sessionKey(identity: Identity): string {
  if (identity.kind === 'assumedRole') {
    const { kind, base, role } = identity
    const { roleArn, externalId = null, durationSeconds = null } = role
    return JSON.stringify([kind, sessionKey(base), roleArn, externalId, durationSeconds])
  }
  const { kind, namespace, serviceAccount, partition } = identity
  const rest = kind === 'irsa' ? identity.roleArn : identity.podUid
  return JSON.stringify([kind, partition, namespace, serviceAccount, rest])
}

/** What people call the identity: the role's ARN, or the service account behind the agent. */
export function describeIdentity(identity: Identity): string {
  if (identity.kind === 'assumedRole')
    return `role ${identity.role.roleArn}, assumed by ${describeIdentity(identity.base)}`
  return identity.kind === 'irsa'
    ? `role ${identity.roleArn}`
    : `the Pod Identity association of service account ${identity.namespace}/${identity.serviceAccount}`
}
