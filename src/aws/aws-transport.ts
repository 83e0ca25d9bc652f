import type http from 'node:http'
import type tls from 'node:tls'
import { createNodeTransport } from '../http/node-transport.ts'
import { createSecureOpener } from '../http/open-secure.ts'
import { ConnectionPool } from '../http/pool/connection-pool.ts'
import { ReplyRoom } from '../http/pool/reply-room.ts'
import type { ProxyRule } from '../http/proxy/proxy-rule.ts'

/** Time to a TCP connection (through a proxy: to the tunnel). */
const connectMs = 2_000
/** Time to a connection that is ready, its TLS handshake included. */
const openMs = 5_000
/** Time from then to the last byte of the answer: a dripping body is bounded, too. */
const replyMs = 5_000
/**
 * Connections that are free stay open this long. AWS closes idle ones after some 20 s at the earliest, and a
 * request on a connection that the server has just closed costs a try.
 */
const idleMs = 8_000
const maxIdle = 64
/** Handshakes at once to one host: by then those before are through, and may be free again. */
const maxOpening = 8
/** Large replies that are being read: two or three of the largest. */
const bytesOfReplies = 8 * 2 ** 20
/** The largest answers are 10 parameters of 8 KiB or a secret of 64 KiB, base64 or escaped JSON. */
const maxBodyBytes = 4 * 1024 * 1024

/** A request as the calls of AWS make it. */
export interface AwsRequest {
  /** POST unless told. */
  readonly method?: 'GET' | 'POST'
  /** Path and query as they go over the wire. */
  readonly url: URL
  /** `host` among them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly signal: AbortSignal | undefined
  /** Called once, when the request waits for AWS and no longer for us. */
  readonly begun?: (() => void) | undefined
}

/** An answer as the SDK's readers take it, too. */
export interface AwsReply {
  readonly statusCode: number
  readonly headers: Record<string, string>
  readonly body: Buffer
  /** As of an HttpReply. */
  readonly release?: (() => void) | undefined
}

/** The way of requests to AWS. */
export interface AwsTransport {
  /** Sends one request and gives its whole answer. @throws {TransportError}, or the signal's reason. */
  send(request: AwsRequest): Promise<AwsReply>
  /** Opens so many connections before they are needed. */
  warm(url: URL, count: number): void
}

/** What connections to AWS are made by. */
export interface AwsTransportOptions {
  readonly trust: () => tls.SecureContext
  readonly proxyTo: ProxyRule
  /** For plain HTTP. */
  readonly agentOf: (url: URL) => http.Agent
}

/**
 * Sends requests to AWS over connections that are kept.
 *
 * By a pool of our own, for what a node's daemon needs and Node's client lacks: a connect time-out that is patient
 * with a starved event loop, silence told apart from refusal, from a stale pooled socket and from our own queue, a bound
 * on the body, and a fraction of the CPU. Bodies are small, so they are handed over whole.
 *
 * Node's own client serves what the pool does not: plain HTTP to an endpoint of one's own.
 */
export function createAwsTransport({ trust, proxyTo, agentOf }: AwsTransportOptions): AwsTransport {
  const proxyToOrigin = ({ hostname, port }: { readonly hostname: string; readonly port: number }) =>
    proxyTo(new URL(`https://${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`))
  const pool = new ConnectionPool({
    idleMs,
    maxIdle,
    maxOpening,
    replies: new ReplyRoom(bytesOfReplies),
    open: createSecureOpener({ trust, proxyTo: proxyToOrigin, connectMs, openMs }),
  })
  const byNode = createNodeTransport({ agentOf, connectMs })
  const isPooled = ({ protocol }: URL) => protocol === 'https:'
  return {
    warm(url, count) {
      if (isPooled(url)) pool.warm(url, count)
    },
    async send({ method = 'POST', url, headers, body, signal, begun }) {
      const request = { method, url, headers, body, signal, begun, maxBodyBytes, totalMs: replyMs }
      const { status: statusCode, ...reply } = isPooled(url)
        ? await pool.send(request)
        : await byNode(request)
      return { statusCode, ...reply }
    },
  }
}
