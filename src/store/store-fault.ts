import { readDenial } from '../aws/failures/denial.ts'
import { type AwsFailure, isCredentialRefusal } from '../aws/failures/failure.ts'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import type { PartOfFile } from '../plan/mount-plan.ts'
import { maxFiles } from '../plan/objects/object-list.ts'
import type { Dispute } from './loss-deadline.ts'
import { mostMembers } from './value-budget.ts'

/** The call that reads several secrets. */
export const batchOperation = 'BatchGetSecretValue'

const stores = {
  secretsmanager: { store: 'Secrets Manager', action: 'secretsmanager:GetSecretValue' },
  ssm: { store: 'Parameter Store', action: 'ssm:GetParameters' },
  sts: { store: 'STS', action: 'sts:AssumeRoleWithWebIdentity' },
}

/** Our own code where the sets of a mount have more members together than it may hold. */
export const tooManyMembers = 'TooManyMembers'

/** What is known of an object beside its name. */
export interface AboutObject {
  readonly optional?: boolean
  /** What the set is called that it is a member of. */
  readonly set?: string | undefined
  readonly isQuery?: boolean
  readonly part?: PartOfFile | undefined
  readonly dispute?: Dispute | undefined
}

/**
 * What a failed read means to people; `object` is the name as that region knows it. Of an optional object a denial is
 * no answer: AWS says the same of one that is missing and that no policy names.
 */
export function storeFault(
  failure: AwsFailure,
  object: string,
  identity: string,
  { optional = false, set, isQuery = false, part, dispute }: AboutObject = {},
): ProviderError {
  const { region, service } = failure.call
  const { store, action } = stores[service]
  const ofSet = { ...(set === undefined ? {} : { set }), ...(part === undefined ? {} : { part }) }
  const details = { store, region, object, ...ofSet, code: failure.code, message: failure.message }
  const whatIsMissing = dispute === undefined ? details : { ...details, dispute }
  const extras = {
    cause: failure.cause,
    log: { requestId: failure.requestId, region, awsCode: failure.code },
  }
  if (failure.kind === 'network') return fault('STORE_UNREACHABLE', details, extras)
  if (failure.kind === 'server') return fault('STORE_UNAVAILABLE', details, extras)
  if (failure.kind === 'throttling') return fault('STORE_THROTTLED', details, extras)
  if (isCredentialRefusal(failure)) return fault('CREDENTIALS_REFUSED', { ...details, identity }, extras)
  if (failure.code === 'SetEmpty') return fault('SET_EMPTY', whatIsMissing, extras)
  if (failure.code === 'SetTooLarge') return fault('SET_TOO_LARGE', details, extras)
  if (failure.code === tooManyMembers)
    return fault('TOO_MANY_FILES', { files: mostMembers, limit: maxFiles, unfinished: true }, extras)
  if (notFoundCodes.has(failure.code)) return fault('OBJECT_NOT_FOUND', whatIsMissing, extras)
  if (!isDenial(failure)) return fault('OBJECT_REFUSED', whatIsMissing, extras)
  const denial = readDenial(failure.message)
  if (failure.call.operation === batchOperation) {
    const query = isQuery ? { query: object } : {}
    const { action: named = `secretsmanager:${batchOperation}`, denying, missing } = denial
    return fault(
      'BATCH_ACCESS_DENIED',
      { ...details, ...query, action: named, identity, denying, policy: missing },
      extras,
    )
  }
  const denied = { ...details, action: denial.action ?? action, identity, optional }
  if (denial.denying !== undefined)
    return fault('ACCESS_DENIED_EXPLICITLY', { ...denied, policy: denial.denying }, extras)
  if (denial.aboutKey) return fault('KMS_ACCESS_DENIED', { ...denied, action: 'kms:Decrypt' }, extras)
  return fault('ACCESS_DENIED', { ...denied, policy: denial.missing }, extras)
}

const notFoundCodes = new Set([
  'ResourceNotFoundException',
  'ParameterNotFound',
  'ParameterVersionNotFound',
  'InvalidParameters',
  'SetEmpty',
])

/** Whether the store says that the caller may not do that. */
export function isDenial({ code }: AwsFailure): boolean {
  return /AccessDenied|NotAuthorized|Unauthorized/.test(code)
}

/** Whether the store says that it has no such object, version or label, or will have it no more. */
export function saysMissing({ kind, code, message }: AwsFailure): boolean {
  if (kind !== 'client') return false
  return (
    notFoundCodes.has(code) ||
    (code === 'InvalidRequestException' && /\bmarked (?:for deletion|deleted)\b/.test(message))
  )
}
