/**
 * Why there was no whole answer, whichever transport was asked: one of the classes below.
 *
 * `code` is the system's word (ECONNREFUSED), Node's (ERR_TLS_CERT_ALTNAME_INVALID) or one of ours. Messages are the
 * same at every try, and have no byte of what came.
 */
export abstract class TransportError extends Error {
  readonly code: string
  /** Another try may do better: a network that refuses, resets or is silent, not a bad certificate. */
  readonly isTransient: boolean

  constructor(message: string, code: string, isTransient: boolean, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.isTransient = isTransient
  }

  /** A few words, or the code where that says more. */
  get reason(): string {
    return this.message
  }
}

/** A peer that said nothing within its time, as opposed to one that refused or broke off. */
export class SilenceError extends TransportError {
  override readonly name = 'SilenceError'

  constructor(message: string) {
    super(message, 'ETIMEDOUT', true)
  }
}

/** The connection was closed under a request that went out on a pooled one: the server had hung up already. */
export class StaleSocketError extends TransportError {
  override readonly name = 'StaleSocketError'

  constructor(cause?: unknown) {
    super('a pooled connection had been closed', 'ECONNRESET', true, cause)
  }

  override get reason(): string {
    return this.code
  }
}

/** No connection, or one that broke: refused, reset, unreachable, not trusted. */
export class ConnectionError extends TransportError {
  override readonly name = 'ConnectionError'
  /** Whose connection it was: that to the host, or that to the proxy on the way. */
  readonly peer: 'host' | 'proxy'

  constructor(code: string, { peer = 'host', cause }: { peer?: 'host' | 'proxy'; cause?: unknown } = {}) {
    super(`the connection to the ${peer} failed (${code})`, code, transientCodes.has(code), cause)
    this.peer = peer
  }

  override get reason(): string {
    return this.code
  }
}

/** The proxy answered, and opened no tunnel. */
export class TunnelRefused extends TransportError {
  override readonly name = 'TunnelRefused'
  readonly status: number

  constructor(status: number, toldCredentials: boolean) {
    super(tunnelSentence(status, toldCredentials), 'ERR_PROXY_TUNNEL', status >= 500)
    this.status = status
  }
}

/** What came is not HTTP/1.1, or more than we are willing to hold. Its message says which rule, never a byte of it. */
export class MalformedReply extends TransportError {
  override readonly name = 'MalformedReply'

  constructor(message: string, cause?: unknown, code = 'MALFORMED_REPLY') {
    super(message, code, false, cause)
  }
}

/** An answer that may be proper, and is larger than we are willing to hold. */
export function replyTooLarge(maxBodyBytes: number): MalformedReply {
  return new MalformedReply(`an answer of more than ${maxBodyBytes} bytes`, undefined, tooLargeCode)
}

/** Whether an error says that an answer was larger than its bound. */
export function isReplyTooLarge(error: unknown): boolean {
  return error instanceof TransportError && error.code === tooLargeCode
}

const tooLargeCode = 'REPLY_TOO_LARGE'

/**
 * What an error of a socket or of Node's parser means. What is none of theirs is a defect of ours, or the reason of an
 * abort, and comes back as it is.
 */
export function asTransportError(error: unknown, peer: 'host' | 'proxy' = 'host'): unknown {
  if (!(error instanceof Error) || error instanceof TransportError || error instanceof TypeError) return error
  const { code } = error as NodeJS.ErrnoException
  if (typeof code !== 'string') return error
  if (code.startsWith('HPE_')) return new MalformedReply('the answer breaks the rules of HTTP', error)
  return new ConnectionError(code, { peer, cause: error })
}

function tunnelSentence(status: number, toldCredentials: boolean): string {
  if (status === 407)
    return toldCredentials
      ? 'the proxy does not accept the user and password of the proxy variable (407)'
      : 'the proxy asks for a user and password (407)'
  if (status === 403) return 'the proxy does not let connections to this host through (403)'
  return `the proxy opened no connection to the host (${status})`
}

const transientCodes: ReadonlySet<string> = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'ENETDOWN',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
])
