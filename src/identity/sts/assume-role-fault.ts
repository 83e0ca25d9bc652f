import { readDenial } from '../../aws/failures/denial.ts'
import { type AwsFailure, isCredentialRefusal } from '../../aws/failures/failure.ts'
import { fault, type ProviderError } from '../../errors/provider-error.ts'
import type { RoleToAssume } from '../../request/mount-request.ts'

/** What people call whoever assumes a role, and the ARN of its own role where that is known. */
export interface AssumerName {
  readonly name: string
  readonly roleArn?: string
}

/**
 * What it means to people that a role could not be assumed.
 *
 * AWS has one sentence for a trust policy that does not name the base role and for an external id that is missing or
 * wrong, and often no word of the base role's own policy: then all of them are named.
 */
export function assumeRoleFault(
  failure: AwsFailure,
  { roleArn, externalId }: RoleToAssume,
  assumer: AssumerName,
): ProviderError {
  const { region } = failure.call
  const base = assumer.roleArn ?? principalIn(failure.message) ?? assumer.name
  const details = { region, code: failure.code, message: failure.message, roleArn, base }
  const extras = { cause: failure.cause, log: { requestId: failure.requestId, region } }
  if (failure.kind === 'network') return fault('STS_UNREACHABLE', details, extras)
  if (failure.kind === 'server') return fault('STS_UNAVAILABLE', details, extras)
  if (failure.kind === 'throttling') return fault('STS_THROTTLED', details, extras)
  if (isCredentialRefusal(failure)) return fault('ASSUME_ROLE_CREDENTIALS_REFUSED', details, extras)
  if (!failure.code.startsWith('AccessDenied')) return fault('ASSUME_ROLE_REFUSED', details, extras)
  const { action = 'sts:AssumeRole', denying, missing } = readDenial(failure.message)
  if (denying !== undefined)
    return fault('ASSUME_ROLE_DENIED_EXPLICITLY', { ...details, action, policy: denying }, extras)
  if (action === 'sts:TagSession') return fault('ASSUME_ROLE_TAGS_DENIED', details, extras)
  if (missing !== undefined && !missing.includes('trust policy') && !missing.includes('resource-based'))
    return fault('ASSUME_ROLE_NOT_ALLOWED', { ...details, policy: missing }, extras)
  return fault('ASSUME_ROLE_DENIED', { ...details, hasExternalId: externalId !== undefined }, extras)
}

/** AWS names the session that asked, which says its role but for the role's path; or the user. */
function principalIn(message: string): string | undefined {
  const session = /\barn:(aws[a-z0-9-]*):sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})/.exec(message)
  if (session === null) return /\barn:aws[a-z0-9-]*:iam::\d{12}:user\/[\w+=,.@/-]{1,128}/.exec(message)?.[0]
  const [, partition, account, name] = session
  return `arn:${partition}:iam::${account}:role/${name}`
}
