import http from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { silenceTimer } from '../process/silence-timer.ts'
import { type HttpReply, type HttpTransport, originOf } from './http-message.ts'
import {
  asTransportError,
  ConnectionError,
  replyTooLarge,
  SilenceError,
  StaleSocketError,
} from './transport-errors.ts'

/** What a transport over Node's client is made of. */
export interface NodeTransportOptions {
  /** The agent that leads to a URL; one of https for https. */
  readonly agentOf: (url: URL) => http.Agent
  /** Time to a TCP connection, in milliseconds; as long as the whole unless told. */
  readonly connectMs?: number
}

/**
 * Makes the HttpTransport over Node's own client and the pools of its agents, for what the pool of connection-pool.ts
 * does not serve: plain HTTP. The clock of `totalMs` starts with the request.
 */
export function createNodeTransport({ agentOf, connectMs }: NodeTransportOptions): HttpTransport {
  return async ({ method, url, headers, body, totalMs, maxBodyBytes, signal, begun }) => {
    signal?.throwIfAborted()
    begun?.()
    const { hostname: host, port } = originOf(url)
    const agent = agentOf(url)
    const request = agent instanceof https.Agent ? https.request : http.request
    const path = `${url.pathname}${url.search}`
    const withHost = { host: url.host, ...headers }
    const outgoing = request({ host, port, method, path, headers: withHost, agent })
    let stopConnecting = () => {}
    const reply = Promise.withResolvers<HttpReply>()
    const fail = (error: unknown) => {
      reply.reject(error)
      outgoing.destroy()
    }
    const abort = () => fail(signal?.reason)
    const silence = (what: string, ms: number) => fail(new SilenceError(`${what} within ${ms / 1000} s`))
    const stopTimer = silenceTimer(totalMs, () => silence('no answer', totalMs))
    signal?.addEventListener('abort', abort, { once: true })

    outgoing.on('socket', (socket) => {
      if (connectMs === undefined || !socket.connecting) return
      stopConnecting = silenceTimer(connectMs, () => silence('no connection', connectMs))
      socket.once('connect', () => stopConnecting())
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
      fail(isStale ? new StaleSocketError(error) : asTransportError(error))
    })
    outgoing.on('close', () => fail(new ConnectionError('ECONNRESET')))
    outgoing.on('response', (incoming) => {
      const { statusCode: status = 0 } = incoming
      const done = (content: Buffer) => reply.resolve({ status, headers: headersOf(incoming), body: content })
      collect(incoming, maxBodyBytes, done, fail)
    })
    outgoing.end(body)
    try {
      return await reply.promise
    } finally {
      stopConnecting()
      stopTimer()
      signal?.removeEventListener('abort', abort)
    }
  }
}

function collect(
  incoming: Readable,
  maxBodyBytes: number,
  done: (content: Buffer) => void,
  fail: (error: unknown) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    chunks.push(chunk)
    if (size > maxBodyBytes) fail(replyTooLarge(maxBodyBytes))
  })
  incoming.on('end', () => done(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
  incoming.on('error', (error) => fail(asTransportError(error)))
  // A body cut short ends in 'aborted' and 'close' without 'end'.
  incoming.on('close', () => fail(new ConnectionError('ECONNRESET')))
}

function headersOf(incoming: http.IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
