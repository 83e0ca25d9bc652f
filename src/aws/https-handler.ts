import http from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { HttpResponse } from '@smithy/core/protocols'
import type { HttpHandlerOptions, HttpRequest, RequestHandler, RequestHandlerOutput } from '@smithy/types'
import { patientTimer } from './patient-timer.ts'

/** Time to a TCP connection (through a proxy: to the tunnel). */
const connectTimeoutMs = 2_000
/** The largest answers are 10 parameters of 8 KiB or a secret of 64 KiB, base64 or escaped JSON. */
const maxBodyBytes = 4 * 1024 * 1024

/** A peer that said nothing within its time, as opposed to one that refused or broke off. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError'
}

/** The connection was closed under a request that went out on a pooled socket: the server had hung up already. */
export class StaleSocketError extends Error {
  override readonly name = 'StaleSocketError'
}

export interface Agents {
  readonly http: http.Agent
  readonly https: https.Agent
}

/**
 * The SDK's request handler over shared keep-alive agents.
 *
 * Ours instead of NodeHttpHandler, for what a node's daemon needs and that one lacks: a connect time-out that
 * is patient with a starved event loop, silence told apart from refusal and from a stale pooled socket, a
 * bound on the body, and half the CPU. Bodies are small, so they are handed over whole.
 */
export function createHttpsHandler(
  agents: () => Agents,
): RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions> {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    handle: (request, options) => send(request, options?.abortSignal as AbortSignal | undefined, agents()),
  }
}

function send(
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
      host: request.hostname.replace(/^\[|\]$/g, ''),
      port: request.port,
      method: request.method,
      path: pathOf(request),
      headers: request.headers,
      agent: secure ? agents.https : agents.http,
    })
    const stopWaiting = patientTimer(connectTimeoutMs, () => {
      outgoing.destroy(new SilenceError(`no connection within ${connectTimeoutMs / 1000} s`))
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
