import { SilenceError, StaleSocketError, TransportError } from '../../http/transport-errors.ts'
import { isNetworkError, networkSentence } from './network-sentence.ts'
import { eventMessage, loggedMessage } from './redact-message.ts'

/** Set on an answer to a request that was signed by a clock which this answer has corrected. */
export const clockCorrectedHeader = 'provider-clock-corrected'

/** The services that are called, by the names in AWS's hosts. */
export type AwsService = 'secretsmanager' | 'ssm' | 'sts'

/** What was asked, of which service, where. */
export interface AwsCall {
  readonly service: AwsService
  readonly region: string
  readonly operation: string
}

/**
 * Who is to blame: `client` (the request, its identity or its policy; final), `throttling`, `server` (an
 * answer, but none to use), `network` (no answer).
 */
export type FailureKind = 'client' | 'throttling' | 'server' | 'network'

/** One failed try of an AWS call, with what the SDK's many shapes of error have in common. */
export class AwsFailure extends Error {
  override readonly name = 'AwsFailure'
  readonly call: AwsCall
  readonly kind: FailureKind
  /** AWS's code (`AccessDeniedException`), or one of ours for what has none (`Timeout`, `ECONNREFUSED`). */
  readonly code: string
  /** Nothing at all was heard in time: the only thing that opens a breaker. */
  readonly silent: boolean
  readonly requestId: string | undefined
  /** AWS's own sentence for the log, where the message leaves something out of it. */
  readonly words: string | undefined
  /** The signature was refused for our clock, which the client has corrected since. */
  readonly clockCorrected: boolean

  constructor(call: AwsCall, kind: FailureKind, code: string, message: string, rest: FailureRest = {}) {
    super(message, { cause: rest.cause })
    this.call = call
    this.kind = kind
    this.code = code
    this.silent = rest.silent ?? false
    this.requestId = rest.requestId
    this.words = rest.words
    this.clockCorrected = rest.clockCorrected ?? false
  }
}

interface FailureRest {
  readonly silent?: boolean
  readonly requestId?: string | undefined
  readonly words?: string
  readonly clockCorrected?: boolean
  readonly cause?: unknown
}

/** What the SDK's own retries would make of its error. */
export interface RetryClass {
  readonly throttling: boolean
  /** Includes 4xx that AWS means as "try again": RequestTimeout, IDPCommunicationError and their kind. */
  readonly transient: boolean
}

interface SdkError {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly $fault?: 'client' | 'server'
  readonly $metadata?: { httpStatusCode?: number; requestId?: string }
  readonly retryClass?: RetryClass
  readonly $response?: { headers?: Readonly<Record<string, string | undefined>> }
}

/** Codes by which AWS says that it does not know, or no longer knows, the credentials. */
const credentialCodes = new Set([
  'ExpiredTokenException',
  'ExpiredToken',
  'UnrecognizedClientException',
  'InvalidClientTokenId',
  'InvalidAccessKeyId',
])

/** Whether AWS does not know, or no longer knows, the credentials of a call. */
export function isCredentialRefusal({ code }: AwsFailure): boolean {
  return credentialCodes.has(code)
}

const clockErrors =
  /Signature|RequestExpired|RequestTimeTooSkewed|ExpiredToken|RequestInTheFuture|AuthFailure/

/** What the SDK's parsers throw at a body that is no JSON, no XML, or not of the expected shape; AWS has no such codes. */
const parserErrors = new Set(['SyntaxError', 'Error', 'TypeError', 'RangeError'])

/**
 * Says what an error of a transport or of the SDK means. The order matters: `$fault`, `$retryable` and `name` alone lie
 * (throttling is a client fault in Secrets Manager; a reset connection is called a TimeoutError).
 *
 * @throws the error itself when it is neither: a defect of ours is no network's fault, and no try mends it.
 */
export function toAwsFailure(error: unknown, call: AwsCall): AwsFailure {
  if (error instanceof AwsFailure) return error
  if (error instanceof SilenceError)
    return new AwsFailure(call, 'network', 'Timeout', error.message, { silent: true, cause: error })
  if (error instanceof StaleSocketError)
    return new AwsFailure(call, 'network', 'StaleConnection', error.message, { cause: error })
  if (error instanceof TransportError) return networkFailure(error, call, { cause: error })
  if (!(error instanceof Error)) throw error
  const sdk: SdkError = error
  const status = sdk.$metadata?.httpStatusCode
  const rest: FailureRest = {
    requestId: sdk.$metadata?.requestId,
    clockCorrected: sdk.$response?.headers?.[clockCorrectedHeader] === 'true' && clockErrors.test(sdk.name),
    cause: error,
  }
  // The SDK's rules know no such endpoint. Its sentence speaks of our settings alone.
  if (sdk.name === 'EndpointError') return new AwsFailure(call, 'client', sdk.name, sdk.message, rest)
  if (sdk.code === 'ECONNRESET' || (status === undefined && isNetworkError(error)))
    return networkFailure(error, call, rest)
  if (status === undefined) throw error
  // A parser's message carries bytes of the body: neither text nor cause may leave with it.
  const unreadable = parserErrors.has(sdk.name) && sdk.code === undefined
  if (unreadable || sdk.name === 'Unknown') {
    const hidden = { ...rest, cause: undefined }
    return new AwsFailure(call, kindOf(status), `HTTP ${status}`, 'the answer cannot be read', hidden)
  }
  const message = eventMessage(sdk.message)
  const words = loggedMessage(sdk.message)
  return new AwsFailure(
    call,
    kindOf(status, sdk),
    codeOf(sdk.name, status),
    message,
    words === message ? rest : { ...rest, words },
  )
}

/**
 * The failure of one object in a good answer for several, with AWS's code and sentence. Kinds by code: an entry has no
 * status. Source: Secrets Manager API reference, common errors; InternalServiceError of GetSecretValue.
 */
export function entryFailure(
  call: AwsCall,
  errorCode: string,
  text: string,
  requestId: string | undefined,
): AwsFailure {
  const name = errorCode.slice(errorCode.lastIndexOf('#') + 1)
  const code = codeOf(name, 200)
  const isServers = /^(?:Internal|ServiceUnavailable|HTTP 200)/.test(code)
  const kind = /Throttl|TooManyRequests|LimitExceeded/.test(code)
    ? 'throttling'
    : isServers
      ? 'server'
      : 'client'
  const [message, words] = [eventMessage(text), loggedMessage(text)]
  return new AwsFailure(call, kind, code, message, words === message ? { requestId } : { requestId, words })
}

function kindOf(status: number, { retryClass, name = '' }: Partial<SdkError> = {}): FailureKind {
  if (retryClass?.throttling === true || (status === 429 && retryClass === undefined)) return 'throttling'
  if (retryClass?.transient === true && !clockErrors.test(name)) return 'server'
  // 408: whoever stands before AWS has waited too long for the request. 200: an answer, but none to use.
  return status >= 500 || status === 408 || status === 200 ? 'server' : 'client'
}

/** A code is a word; whatever else stands in its place is no text for an event. */
function codeOf(name: string, status: number): string {
  return /^[A-Za-z][A-Za-z.]{0,79}$/.test(name) ? name : `HTTP ${status}`
}

function networkFailure(error: Error, call: AwsCall, rest: FailureRest): AwsFailure {
  const { code, sentence } = networkSentence(error)
  return new AwsFailure(call, 'network', code, sentence, { ...rest, silent: code === 'ETIMEDOUT' })
}
