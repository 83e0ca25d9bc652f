import { SilenceError, StaleSocketError } from '../../http/http-errors.ts'
import { eventMessage, loggedMessage } from './redact-message.ts'

/** Set on an answer to a request that was signed by a clock which this answer has corrected. */
export const clockCorrectedHeader = 'provider-clock-corrected'

export type AwsService = 'secretsmanager' | 'ssm' | 'sts'

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

export function isCredentialRefusal({ code }: AwsFailure): boolean {
  return credentialCodes.has(code)
}

const clockErrors =
  /Signature|RequestExpired|RequestTimeTooSkewed|ExpiredToken|RequestInTheFuture|AuthFailure/

/** What the SDK's parsers throw at a body that is no JSON, no XML, or not of the expected shape; AWS has no such codes. */
const parserErrors = new Set(['SyntaxError', 'Error', 'TypeError', 'RangeError'])

/**
 * Says what an error of the SDK means. The order matters: `$fault`, `$retryable` and `name` alone lie
 * (throttling is a client fault in Secrets Manager; a reset connection is called a TimeoutError).
 */
export function toAwsFailure(error: unknown, call: AwsCall): AwsFailure {
  if (error instanceof AwsFailure) return error
  if (error instanceof SilenceError)
    return new AwsFailure(call, 'network', 'Timeout', error.message, { silent: true })
  if (error instanceof StaleSocketError) {
    return new AwsFailure(call, 'network', 'StaleConnection', error.message, { cause: error })
  }
  const sdk = shapeOf(error)
  const status = sdk.$metadata?.httpStatusCode
  const rest: FailureRest = {
    requestId: sdk.$metadata?.requestId,
    clockCorrected: sdk.$response?.headers?.[clockCorrectedHeader] === 'true' && clockErrors.test(sdk.name),
    cause: error,
  }
  // A parser's message carries bytes of the body: neither text nor cause may leave with it.
  const unreadable = parserErrors.has(sdk.name) && sdk.code === undefined
  if (status !== undefined && (unreadable || sdk.name === 'Unknown')) {
    const kind =
      status === 429 ? 'throttling' : status >= 500 ? 'server' : status === 200 ? 'server' : 'client'
    return new AwsFailure(call, kind, `HTTP ${status}`, 'the answer cannot be read', {
      ...rest,
      cause: undefined,
    })
  }
  if (status === undefined || sdk.code === 'ECONNRESET') return networkFailure(sdk, call, rest)
  const kind: FailureKind = sdk.retryClass?.throttling
    ? 'throttling'
    : status >= 500 || (sdk.retryClass?.transient === true && !clockErrors.test(sdk.name))
      ? 'server'
      : status === 200
        ? 'server'
        : 'client'
  const message = eventMessage(sdk.message)
  const words = loggedMessage(sdk.message)
  return new AwsFailure(
    call,
    kind,
    codeOf(sdk.name, status),
    message,
    words === message ? rest : { ...rest, words },
  )
}

/** A code is a word; whatever else stands in its place is no text for an event. */
function codeOf(name: string, status: number): string {
  return /^[A-Za-z][A-Za-z.]{0,79}$/.test(name) ? name : `HTTP ${status}`
}

function networkFailure(sdk: SdkError, call: AwsCall, rest: FailureRest): AwsFailure {
  // Node's agent has a time of its own for a tunnel, which says so in its message alone.
  const tunnelSilent = sdk.code === 'ERR_PROXY_TUNNEL' && /timed out/.test(sdk.message)
  const code = tunnelSilent ? 'ETIMEDOUT' : (sdk.code ?? sdk.name)
  const sentences: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'the connection was refused',
    ECONNRESET: 'the connection was reset',
    EPIPE: 'the connection was closed',
    ENOTFOUND: 'the host name does not resolve',
    EAI_AGAIN: 'the host name cannot be resolved now',
    EHOSTUNREACH: 'there is no route to the host',
    ENETUNREACH: 'the network is unreachable',
    ERR_PROXY_TUNNEL: 'the proxy refused the connection',
    ETIMEDOUT: 'the connection timed out',
    MALFORMED_REPLY: 'the answer is no proper HTTP',
  }
  return new AwsFailure(call, 'network', code, sentences[code] ?? unnamed(code), {
    ...rest,
    silent: code === 'ETIMEDOUT',
  })
}

function unnamed(code: string): string {
  return /CERT|SELF_SIGNED|LEAF|ISSUER/.test(code)
    ? `the server's certificate is not trusted (${code}): name its CA in AWS_CA_BUNDLE`
    : `the connection failed (${code})`
}

function shapeOf(error: unknown): SdkError {
  return error instanceof Error ? (error as SdkError) : { name: 'Unknown', message: String(error) }
}
