import type { Sensitive } from '../process/sensitive.ts'

/** A mount request as the driver sends it: JSON texts and a path. */
export interface RawMountRequest {
  readonly attributes: string
  readonly secrets: string
  readonly targetPath: string
  readonly permission: string
}

/** The pod whose volume is mounted. */
export interface PodReference {
  readonly name: string
  readonly namespace: string
  readonly uid: string
  readonly serviceAccount: string
}

/** IAM roles for service accounts, or EKS Pod Identity. */
export type IdentityKind = 'irsa' | 'podIdentity'

/** How the Pod Identity agent is reached; `auto` tries IPv4, then IPv6. */
export type AddressType = 'ipv4' | 'ipv6' | 'auto'

/** The audience of the service account token that each kind of identity needs. */
export const tokenAudience: Readonly<Record<IdentityKind, string>> = {
  irsa: 'sts.amazonaws.com',
  podIdentity: 'pods.eks.amazonaws.com',
}

/** The role that a mount reads as, once it is assumed with the pod's own credentials. */
export interface RoleToAssume {
  readonly roleArn: string
  readonly externalId?: string
  /** Absent: an hour, the default of STS. */
  readonly durationSeconds?: number
}

/** A mount request, read and checked; the objects' own rules are checked by planMount. */
export interface MountRequest {
  readonly pod: PodReference
  /** Service account tokens by audience. */
  readonly tokens: ReadonlyMap<string, Sensitive<string>>
  readonly targetPath: string
  /** Permission bits for files that name none, e.g. 0o644. */
  readonly defaultMode: number
  /** Ids of user and group for files that name none; absent: root's. */
  readonly fileOwner?: number
  readonly fileGroup?: number
  readonly identityKind: IdentityKind
  readonly addressType: AddressType
  /** As written in the SecretProviderClass; absent when missing or empty. */
  readonly region?: string
  readonly failoverRegion?: string
  readonly pathTranslation?: string
  /** Whether to read several secrets a call; absent for false. */
  readonly batchReads?: true
  readonly assumeRole?: RoleToAssume
  /** YAML text; empty when missing. */
  readonly objects: string
  /** Names of parameters that nothing reads; absent when there are none. */
  readonly unknownParameters?: readonly string[]
}
