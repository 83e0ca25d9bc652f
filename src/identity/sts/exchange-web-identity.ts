import type { AwsCalls } from '../../aws/aws-calls.ts'
import type { CallObserver } from '../../aws/tries.ts'
import type { Regions } from '../../plan/mount-plan.ts'
import type { AwsCredentials } from '../aws-credentials.ts'
import type { WebIdentity } from '../identity.ts'
import { sessionName } from '../session-name.ts'
import { askSts, type StsPatience } from './ask-sts.ts'
import { stsFault } from './sts-fault.ts'

/** What exchanges share. */
export interface WebIdentityExchange extends StsPatience {
  readonly calls: Pick<AwsCalls, 'assumeRoleWithWebIdentity' | 'reach'>
}

/**
 * Exchanges a service account token for the credentials of its role, at STS as askSts asks it.
 * @throws {ProviderError} STS_… errors; a refusal of either region is final.
 */
export async function exchangeWebIdentity(
  identity: WebIdentity,
  regions: Regions,
  signal: AbortSignal,
  observers: readonly CallObserver[],
  exchange: WebIdentityExchange,
): Promise<AwsCredentials> {
  const token = identity.token.reveal()
  const input = {
    RoleArn: identity.roleArn,
    RoleSessionName: sessionName(identity.namespace, identity.serviceAccount),
    WebIdentityToken: token,
  }
  const question = {
    operation: 'AssumeRoleWithWebIdentity' as const,
    secret: token,
    ask: (region: string, within: AbortSignal, begun: () => void) =>
      exchange.calls.assumeRoleWithWebIdentity(region, input, within, begun),
    faultOf: (failure: Parameters<typeof stsFault>[0]) => stsFault(failure, identity),
  }
  return askSts(question, regions, signal, observers, exchange)
}
