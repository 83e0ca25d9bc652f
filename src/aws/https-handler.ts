import http from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { HttpResponse } from '@smithy/core/protocols'
import type { HttpHandlerOptions, HttpRequest, RequestHandler, RequestHandlerOutput } from '@smithy/types'
import { ConnectionPool, type Origin } from '../http/connection-pool.ts'
import { SilenceError, StaleSocketError } from '../http/http-errors.ts'
import { createSecureOpener } from '../http/open-secure.ts'
import { requestBytes } from '../http/request-bytes.ts'
import { patientTimer } from '../patient-timer.ts'

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

export type AwsRequestHandler = RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions> & {
  /** Opens connections to an origin before they are needed. */
  warm?(origin: Origin, count: number): void
}

/**
 * The SDK's request handler, over connections of our own that are kept.
 *
 * Ours instead of NodeHttpHandler, for what a node's daemon needs and that one lacks: a connect time-out that
 * is patient with a starved event loop, silence told apart from refusal and from a stale pooled socket, a
 * bound on the body, and a fraction of the CPU. Bodies are small, so they are handed over whole.
 *
 * Node's own client serves what its pool cannot: plain HTTP to an endpoint of one's own, and proxies that are
 * themselves spoken to by TLS (`byNode`).
 */
export function createHttpsHandler(
  agents: () => Agents,
  { byNode }: { readonly byNode: boolean },
): AwsRequestHandler {
  const pool = new ConnectionPool({
    idleMs,
    maxIdle,
    maxOpening,
    open: createSecureOpener({ agent: () => agents().https, connectMs, openMs }),
  })
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    warm(origin, count) {
      if (!byNode) pool.warm(origin, count)
    },
    handle(request, options) {
      const signal = options?.abortSignal as AbortSignal | undefined
      return byNode || request.protocol !== 'https:'
        ? sendByNode(request, signal, agents())
        : send(request, signal, pool)
    },
  }
}

async function send(
  request: HttpRequest,
  signal: AbortSignal | undefined,
  pool: ConnectionPool,
): Promise<RequestHandlerOutput<HttpResponse>> {
  const { method, headers, body, port = 443 } = request
  const { status, ...reply } = await pool.exchange({
    origin: { hostname: bareHost(request), port },
    bytes: requestBytes({ method: method === 'GET' ? 'GET' : 'POST', path: pathOf(request), headers, body }),
    maxBodyBytes,
    signal,
  })
  return {
    response: new HttpResponse({ statusCode: status, headers: reply.headers, body: reply.body }),
  }
}

function bareHost({ hostname }: HttpRequest): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function sendByNode(
  request: HttpRequest,
  signal: AbortSignal | undefined,
  agents: Agents,
): Promise<RequestHandlerOutput<HttpResponse>> {
  const secure = request.protocol === 'https:'
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const outgoing = (secure ? https : http).request({
      host: bareHost(request),
      port: request.port,
      method: request.method,
      path: pathOf(request),
      headers: request.headers,
      agent: secure ? agents.https : agents.http,
    })
    const stopWaiting = patientTimer(connectMs, () => {
      outgoing.destroy(new SilenceError(`no connection within ${connectMs / 1000} s`))
    })
    const abort = () => outgoing.destroy(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    const settle = () => {
      stopWaiting()
      signal?.removeEventListener('abort', abort)
    }
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', stopWaiting)
      else stopWaiting()
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      settle()
      const stale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      reject(stale ? new StaleSocketError('a pooled connection had been closed', { cause: error }) : error)
    })
    outgoing.on('response', (incoming) => {
      stopWaiting()
      collect(incoming).then(
        (body) => {
          settle()
          resolve({ response: toResponse(incoming, body) })
        },
        (error: unknown) => {
          settle()
          reject(signal?.aborted === true ? signal.reason : error)
        },
      )
    })
    outgoing.end(request.body)
  })
}

function pathOf({ path, query }: HttpRequest): string {
  if (query === undefined || Object.keys(query).length === 0) return path
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) search.append(key, each ?? '')
  }
  return search.size === 0 ? path : `${path}?${search}`
}

function collect(incoming: Readable): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > maxBodyBytes) incoming.destroy(new Error(`the answer is larger than ${maxBodyBytes} bytes`))
    })
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    incoming.on('error', reject)
    // A body cut short ends in 'aborted' and 'close' without 'end'.
    incoming.on('close', () => reject(Object.assign(new Error('the answer was cut'), { code: 'ECONNRESET' })))
  })
}

function toResponse(incoming: http.IncomingMessage, body: Uint8Array): HttpResponse {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return new HttpResponse({ statusCode: incoming.statusCode ?? 0, headers, body })
}
