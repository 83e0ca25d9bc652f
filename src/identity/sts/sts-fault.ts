import { readDenial } from '../../aws/failures/denial.ts'
import type { AwsFailure } from '../../aws/failures/failure.ts'
import { fault, type ProviderError } from '../../errors/provider-error.ts'
import type { Sensitive } from '../../process/sensitive.ts'
import { tokenClaims } from '../../request/token.ts'
import type { WebIdentity } from '../identity.ts'

/** What a failed exchange means to people; a trust problem names what the role's trust policy should match. */
export function stsFault(failure: AwsFailure, identity: WebIdentity): ProviderError {
  const { region } = failure.call
  const details = {
    region,
    code: failure.code,
    message: failure.message,
    roleArn: identity.roleArn,
    serviceAccount: `${identity.namespace}/${identity.serviceAccount}`,
  }
  const extras = { cause: failure.cause, log: { requestId: failure.requestId, region } }
  if (failure.kind === 'network') return fault('STS_UNREACHABLE', details, extras)
  if (failure.kind === 'server') return fault('STS_UNAVAILABLE', details, extras)
  if (failure.kind === 'throttling') return fault('STS_THROTTLED', details, extras)
  const claims = claimsOf(identity.token)
  if (failure.code.startsWith('InvalidIdentityToken'))
    return fault('STS_TOKEN_NOT_TRUSTED', { ...details, ...claims }, extras)
  if (!failure.code.startsWith('AccessDenied')) return fault('STS_REFUSED', details, extras)
  const { denying } = readDenial(failure.message)
  return denying === undefined
    ? fault('STS_ACCESS_DENIED', { ...details, ...claims }, extras)
    : fault('STS_ACCESS_DENIED_EXPLICITLY', { ...details, policy: denying }, extras)
}

/** What the token says of itself; only these three claims ever leave it. */
function claimsOf(token: Sensitive<string>): { subject: string; audience: string; issuer: string } {
  const claims = tokenClaims(token)
  const text = (claim: unknown) => {
    const found = Array.isArray(claim) ? claim.join(',') : claim
    return typeof found === 'string' && /^[\x21-\x7e]{1,300}$/.test(found) ? found : 'unknown'
  }
  return { subject: text(claims.sub), audience: text(claims.aud), issuer: text(claims.iss) }
}
