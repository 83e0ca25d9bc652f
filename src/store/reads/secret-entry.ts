import { type AwsCall, type AwsFailure, entryFailure } from '../../aws/failures/failure.ts'
import type { SecretEntry, SecretError } from '../../aws/parse-answers.ts'
import { ownBytes } from '../../process/memory/own-bytes.ts'
import { Sensitive } from '../../process/sensitive.ts'
import type { ObjectValue } from '../object-value.ts'

/** The value of a secret in an answer: SecretString as UTF-8, else SecretBinary as it is; undefined where there is none. */
export function secretValue(
  { SecretString, SecretBinary, VersionId }: SecretEntry,
  region: string,
): ObjectValue | undefined {
  const content = SecretString === undefined ? SecretBinary : ownBytes(SecretString, 'utf8')
  // An empty secret is not possible in Secrets Manager.
  if (content === undefined || VersionId === undefined) return undefined
  const kind = SecretString === undefined ? { isBinary: true } : {}
  return { version: VersionId, content: new Sensitive(content), ...kind, region }
}

/** Why an answer for several secrets lacks one, as the call for this one alone would have said it. */
export function secretFailure(
  { ErrorCode, Message }: SecretError,
  { service, region }: AwsCall,
  requestId: string | undefined,
): AwsFailure {
  const call: AwsCall = { service, region, operation: 'GetSecretValue' }
  return entryFailure(call, ErrorCode ?? '', Message ?? '', requestId)
}
