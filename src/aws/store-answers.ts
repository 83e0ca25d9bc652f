import type { JsonAnswer } from './json-service.ts'

/** An answer with a value; its fields are as AWS's API reference has them. */
export interface SecretAnswer {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
  readonly VersionId?: string | undefined
  readonly requestId: string | undefined
}

export interface ParametersAnswer {
  readonly Parameters?: readonly ParameterEntry[] | undefined
  readonly InvalidParameters?: readonly string[] | undefined
  readonly requestId: string | undefined
}

export interface ParameterEntry {
  readonly Name?: string | undefined
  readonly ARN?: string | undefined
  readonly Selector?: string | undefined
  readonly Value?: string | undefined
  readonly Version?: number | undefined
}

/** A good answer of GetSecretValue; undefined for any that is not exactly of that form. */
export function readSecretAnswer({ output, response }: JsonAnswer): SecretAnswer | undefined {
  const { SecretString, SecretBinary, VersionId } = output ?? {}
  if (typeof VersionId !== 'string') return undefined
  const requestId = response.headers['x-amzn-requestid']
  if (typeof SecretString === 'string') return { SecretString, VersionId, requestId }
  if (typeof SecretBinary !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(SecretBinary)) return undefined
  return { SecretBinary: Buffer.from(SecretBinary, 'base64'), VersionId, requestId }
}

/** A good answer of GetParameters; undefined for any that is not exactly of that form. */
export function readParametersAnswer({ output, response }: JsonAnswer): ParametersAnswer | undefined {
  const { Parameters = [], InvalidParameters = [] } = output ?? {}
  if (output === undefined || !Array.isArray(Parameters) || !Array.isArray(InvalidParameters))
    return undefined
  if (!Parameters.every(isEntry) || !InvalidParameters.every((each) => typeof each === 'string'))
    return undefined
  return { Parameters, InvalidParameters, requestId: response.headers['x-amzn-requestid'] }
}

function isEntry(value: unknown): value is ParameterEntry {
  if (typeof value !== 'object' || value === null) return false
  const { Name, ARN, Selector, Value, Version } = value as Readonly<Record<string, unknown>>
  const texts = [Name, ARN, Selector, Value]
  return (
    texts.every((text) => text === undefined || typeof text === 'string') &&
    (Version === undefined || Number.isInteger(Version))
  )
}
