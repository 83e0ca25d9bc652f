import type http from 'node:http'
import type https from 'node:https'
import { ConnectionPool } from '../http/connection-pool.ts'
import { exchangeByNode } from '../http/node-exchange.ts'
import { createSecureOpener } from '../http/open-secure.ts'
import { requestBytes } from '../http/request-bytes.ts'

/** Time to a TCP connection (through a proxy: to the tunnel). */
const connectMs = 2_000
/** Time to a connection that is ready, its TLS handshake included. */
const openMs = 5_000
/**
 * Connections that are free stay open this long. AWS closes idle ones after some 20 s at the earliest, and a
 * request on a connection that the server has just closed costs a try.
 */
const idleMs = 8_000
const maxIdle = 64
/** Handshakes at once to one host: by then those before are through, and may be free again. */
const maxOpening = 8
/** The largest answers are 10 parameters of 8 KiB or a secret of 64 KiB, base64 or escaped JSON. */
const maxBodyBytes = 4 * 1024 * 1024

export interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
}

export interface AwsRequest {
  readonly method?: 'GET' | 'POST'
  /** Path and query as they go over the wire. */
  readonly url: URL
  /** `host` among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly signal: AbortSignal | undefined
}

/** An answer as the SDK's readers take it, too. */
export interface AwsReply {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Buffer
}

export interface AwsExchange {
  /** Rejects with the signal's reason, SilenceError, StaleSocketError, MalformedReply or the socket's error. */
  send(request: AwsRequest): Promise<AwsReply>
  /** Opens so many connections before they are needed. */
  warm(url: URL, count: number): void
}

/**
 * Sends requests to AWS over connections that are kept.
 *
 * By a pool of our own, for what a node's daemon needs and Node's client lacks: a connect time-out that is patient
 * with a starved event loop, silence told apart from refusal and from a stale pooled socket, a bound on the body, and
 * a fraction of the CPU. Bodies are small, so they are handed over whole.
 *
 * Node's own client serves what the pool cannot: plain HTTP to an endpoint of one's own, and proxies that are
 * themselves spoken to by TLS (`byNode`).
 */
export function createAwsExchange(
  agents: () => Agents,
  { byNode }: { readonly byNode: boolean },
): AwsExchange {
  const pool = new ConnectionPool({
    idleMs,
    maxIdle,
    maxOpening,
    open: createSecureOpener({ agent: () => agents().https, connectMs, openMs }),
  })
  const isPooled = ({ protocol }: URL) => protocol === 'https:' && !byNode
  return {
    warm(url, count) {
      if (isPooled(url)) pool.warm(originOf(url), count)
    },
    async send({ method = 'POST', url, headers, body, signal }) {
      const { status, ...reply } = isPooled(url)
        ? await pool.exchange({
            origin: originOf(url),
            bytes: requestBytes({ method, path: `${url.pathname}${url.search}`, headers, body }),
            maxBodyBytes,
            signal,
          })
        : await exchangeByNode({ method, url, headers, body, signal, connectMs, maxBodyBytes }, agents())
      return { statusCode: status, headers: reply.headers, body: reply.body }
    },
  }
}

function originOf({ hostname, port }: URL) {
  return { hostname: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 443 : Number(port) }
}
