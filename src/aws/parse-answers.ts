import { isRecord } from '../json/is-record.ts'
import { ownBytes } from '../process/memory/own-bytes.ts'
import type { AwsReply } from './aws-transport.ts'

/** An answer with a value; its fields are as AWS's API reference has them. */
export interface SecretAnswer {
  readonly SecretString?: string | undefined
  readonly SecretBinary?: Uint8Array | undefined
  readonly VersionId?: string | undefined
  readonly requestId: string | undefined
}

/** An answer of BatchGetSecretValue; fields as in AWS's API reference. */
export interface SecretBatch {
  readonly SecretValues?: readonly SecretEntry[] | undefined
  readonly Errors?: readonly SecretError[] | undefined
  readonly NextToken?: string | undefined
  readonly requestId: string | undefined
}

/** One secret of such an answer. */
export interface SecretEntry extends Omit<SecretAnswer, 'requestId'> {
  readonly Name?: string | undefined
  readonly ARN?: string | undefined
}

/** Why one secret is not in such an answer. */
export interface SecretError {
  /** As it was asked for: its name or ARN. */
  readonly SecretId?: string | undefined
  readonly ErrorCode?: string | undefined
  readonly Message?: string | undefined
}

/** An answer of GetParameters; fields as in AWS's API reference. */
export interface ParametersAnswer {
  readonly Parameters?: readonly ParameterEntry[] | undefined
  readonly InvalidParameters?: readonly string[] | undefined
  readonly requestId: string | undefined
}

/** A page of an answer of GetParametersByPath; the next one is asked for by its NextToken. */
export interface ParameterPage {
  readonly Parameters?: readonly ParameterEntry[] | undefined
  readonly NextToken?: string | undefined
  readonly requestId: string | undefined
}

/** One parameter of an answer; Version counts from 1. */
export interface ParameterEntry {
  readonly Name?: string | undefined
  readonly ARN?: string | undefined
  readonly Selector?: string | undefined
  readonly Value?: string | undefined
  readonly Version?: number | undefined
}

/** Temporary credentials as STS gives them. */
export interface CredentialsAnswer {
  readonly AccessKeyId?: string | undefined
  readonly SecretAccessKey?: string | undefined
  readonly SessionToken?: string | undefined
  /** Epoch milliseconds. */
  readonly expiration?: number | undefined
  readonly requestId: string | undefined
}

/** A good answer of GetSecretValue; undefined for any that is not exactly of that form. */
export function readSecretAnswer(reply: AwsReply): SecretAnswer | undefined {
  const { SecretString, SecretBinary, VersionId } = readObject(reply) ?? {}
  if (typeof VersionId !== 'string') return undefined
  const requestId = reply.headers['x-amzn-requestid']
  if (typeof SecretString === 'string') return { SecretString, VersionId, requestId }
  if (typeof SecretBinary !== 'string' || !isBase64(SecretBinary)) return undefined
  return { SecretBinary: ownBytes(SecretBinary, 'base64'), VersionId, requestId }
}

/** A good answer of BatchGetSecretValue; undefined for any that is not exactly of that form. */
export function readSecretBatch(reply: AwsReply): SecretBatch | undefined {
  const { SecretValues, Errors = [], NextToken } = readObject(reply) ?? {}
  if (!Array.isArray(SecretValues) || !Array.isArray(Errors)) return undefined
  const values: SecretEntry[] = []
  for (const each of SecretValues) {
    const entry = secretEntry(each)
    if (entry === undefined) return undefined
    values.push(entry)
  }
  const hasTexts = (each: unknown) => hasOnlyTexts(each, ['SecretId', 'ErrorCode', 'Message'])
  if (!Errors.every(hasTexts) || !isToken(NextToken)) return undefined
  const requestId = reply.headers['x-amzn-requestid']
  return { SecretValues: values, Errors, NextToken: NextToken || undefined, requestId }
}

function secretEntry(value: unknown): SecretEntry | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { Name, ARN, VersionId, SecretString, SecretBinary } = value as Readonly<Record<string, unknown>>
  if (typeof Name !== 'string' || typeof ARN !== 'string' || typeof VersionId !== 'string') return undefined
  if (typeof SecretString === 'string') return { Name, ARN, VersionId, SecretString }
  if (typeof SecretBinary !== 'string' || !isBase64(SecretBinary)) return undefined
  return { Name, ARN, VersionId, SecretBinary: ownBytes(SecretBinary, 'base64') }
}

/** A good answer of GetParameters; undefined for any that is not exactly of that form. */
export function readParametersAnswer(reply: AwsReply): ParametersAnswer | undefined {
  const output = readObject(reply)
  const { Parameters = [], InvalidParameters = [] } = output ?? {}
  if (output === undefined || !Array.isArray(Parameters) || !Array.isArray(InvalidParameters))
    return undefined
  if (!Parameters.every(isEntry) || !InvalidParameters.every((each) => typeof each === 'string'))
    return undefined
  return { Parameters, InvalidParameters, requestId: reply.headers['x-amzn-requestid'] }
}

function isEntry(value: unknown): value is ParameterEntry {
  if (!hasOnlyTexts(value, ['Name', 'ARN', 'Selector', 'Value'])) return false
  const { Version } = value as Readonly<Record<string, unknown>>
  return Version === undefined || Number.isInteger(Version)
}

/** A good answer of GetParametersByPath; undefined for any that is not exactly of that form. */
export function readParameterPage(reply: AwsReply): ParameterPage | undefined {
  const output = readObject(reply)
  const { Parameters = [], NextToken } = output ?? {}
  if (output === undefined || !Array.isArray(Parameters) || !Parameters.every(isEntry)) return undefined
  if (!isToken(NextToken)) return undefined
  return { Parameters, NextToken: NextToken || undefined, requestId: reply.headers['x-amzn-requestid'] }
}

/** A good answer of AssumeRoleWithWebIdentity or AssumeRole; undefined for any that is not exactly of that form. */
export function readCredentialsAnswer({ statusCode, body }: AwsReply): CredentialsAnswer | undefined {
  if (statusCode !== 200) return undefined
  const text = body.toString()
  const inside = textOf(text, 'Credentials')
  const of = (name: string) => (inside === undefined ? undefined : plainTextOf(inside, name))
  const [AccessKeyId, SecretAccessKey, SessionToken, end] = [
    of('AccessKeyId'),
    of('SecretAccessKey'),
    of('SessionToken'),
    of('Expiration'),
  ]
  const expiration = Date.parse(end ?? '')
  const isWhole = AccessKeyId !== undefined && SecretAccessKey !== undefined && SessionToken !== undefined
  if (!isWhole || Number.isNaN(expiration)) return undefined
  return { AccessKeyId, SecretAccessKey, SessionToken, expiration, requestId: plainTextOf(text, 'RequestId') }
}

/** What stands in the only element of this name. */
function textOf(xml: string, name: string): string | undefined {
  const [, inside, ...more] = xml.split(`<${name}>`)
  if (inside === undefined || more.length > 0) return undefined
  const end = inside.indexOf(`</${name}>`)
  return end < 0 ? undefined : inside.slice(0, end)
}

/** The same, where it is text that means what it looks like: no elements, no entities. */
function plainTextOf(xml: string, name: string): string | undefined {
  const text = textOf(xml, name)?.trim()
  return text === undefined || text === '' || /[<&]/.test(text) ? undefined : text
}

/** Whether it is an object in which each of these is a string, or is not there. */
function hasOnlyTexts(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  const fields = value as Readonly<Record<string, unknown>>
  return names.every((name) => fields[name] === undefined || typeof fields[name] === 'string')
}

function isToken(value: unknown): value is string | null | undefined {
  return value === undefined || value === null || typeof value === 'string'
}

function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

function readObject({ statusCode, body }: AwsReply): Readonly<Record<string, unknown>> | undefined {
  if (statusCode !== 200) return undefined
  try {
    const value: unknown = JSON.parse(body.toString())
    return isRecord(value) ? value : undefined
  } catch {
    // Whoever reads it next says what is wrong with it.
    return undefined
  }
}
