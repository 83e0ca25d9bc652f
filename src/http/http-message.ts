/** One HTTP request with a body that is at hand, and the bounds of its answer. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  /** `http:` or `https:`; path and query as they go over the wire. */
  readonly url: URL
  /** Names in lower case. `host` and the length of the body are added. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Bounds what the peer has to do, the last byte of the answer included, in milliseconds; waiting for our own pool is no part of it. */
  readonly totalMs: number
  /** Bounds the body of the answer. */
  readonly maxBodyBytes: number
  readonly signal?: AbortSignal | undefined
  /** Called once, when the request waits for the peer and no longer for us: a connection is being opened for it, or it goes out. */
  readonly begun?: (() => void) | undefined
}

/** A whole answer. Names of headers are in lower case; repeated ones are joined by a comma. */
export interface HttpReply {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer
  /** Gives the memory of the body back, which is empty from then on; missing where Node's client made it, which shares it. */
  readonly release?: (() => void) | undefined
}

/**
 * Sends one request and gives its whole answer; redirects are not followed.
 *
 * @throws {TransportError} when there is no whole answer; the signal's reason when that aborts; {TypeError} for a request
 *   that cannot be written.
 */
export type HttpTransport = (request: HttpRequest) => Promise<HttpReply>

/** Where connections lead. */
export interface Origin {
  /** A name or an address; IPv6 without brackets. */
  readonly hostname: string
  readonly port: number
}

/** The host and port that an URL names, its scheme's port where it names none. */
export function originOf({ protocol, hostname, port }: URL): Origin {
  const standard = protocol === 'https:' ? 443 : 80
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? standard : Number(port) }
}
