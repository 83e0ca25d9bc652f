import type { AwsClients } from '../../aws/aws-calls.ts'
import type { AwsFailure } from '../../aws/failures/failure.ts'
import type { CallObserver } from '../../aws/tries.ts'
import type { Regions } from '../../plan/mount-plan.ts'
import type { RoleToAssume } from '../../request/mount-request.ts'
import type { AwsCredentials } from '../aws-credentials.ts'
import { describeIdentity, type PodOwnIdentity } from '../identity.ts'
import { sessionName } from '../session-name.ts'
import { askSts, type StsPatience } from './ask-sts.ts'
import { type AssumerName, assumeRoleFault } from './assume-role-fault.ts'

/** By whose credentials a role is assumed. */
export interface RoleAssumer extends AssumerName {
  readonly clients: Pick<AwsClients, 'assumeRole'>
  readonly sessionName: string
}

/**
 * Assumes a role with the credentials of another, at STS as askSts asks it.
 * @throws {ProviderError} ASSUME_ROLE_… and STS_… errors; a refusal of either region is final.
 */
export async function assumeRole(
  role: RoleToAssume,
  assumer: RoleAssumer,
  regions: Regions,
  signal: AbortSignal,
  observers: readonly CallObserver[],
  patience: StsPatience,
): Promise<AwsCredentials> {
  const { roleArn, externalId, durationSeconds } = role
  const input = {
    RoleArn: roleArn,
    RoleSessionName: assumer.sessionName,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
    ...(durationSeconds === undefined ? {} : { DurationSeconds: durationSeconds }),
  }
  const question = {
    operation: 'AssumeRole' as const,
    // Who trusts an external id may treat it as a secret.
    secret: externalId,
    ask: (region: string, within: AbortSignal, begun: () => void) =>
      assumer.clients.assumeRole(region, input, within, begun),
    faultOf: (failure: AwsFailure) => assumeRoleFault(failure, role, assumer),
  }
  return askSts(question, regions, signal, observers, patience)
}

/** A pod, in the session of its own identity. */
export function podAsAssumer(base: PodOwnIdentity, clients: RoleAssumer['clients']): RoleAssumer {
  return {
    clients,
    name: describeIdentity(base),
    ...(base.kind === 'irsa' ? { roleArn: base.roleArn } : {}),
    sessionName: sessionName(base.namespace, base.serviceAccount),
  }
}
