import http from 'node:http'
import https from 'node:https'
import type { Readable } from 'node:stream'
import { silenceTimer } from '../process/silence-timer.ts'
import { MalformedReply, SilenceError, StaleSocketError } from './http-errors.ts'
import type { HttpReply } from './response-reader.ts'

export interface NodeExchange {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly signal: AbortSignal | undefined
  /** Time to a TCP connection (through a proxy: to the tunnel). */
  readonly connectMs: number
  readonly maxBodyBytes: number
}

/**
 * Exchanges one request by Node's own client and the pools of its agents.
 *
 * Rejects as ConnectionPool.exchange() does; of an answer that breaks HTTP's rules, with the error of Node's parser.
 */
export function exchangeByNode(
  { method, url, headers, body, signal, connectMs, maxBodyBytes }: NodeExchange,
  agents: { readonly http: http.Agent; readonly https: https.Agent },
): Promise<HttpReply> {
  const secure = url.protocol === 'https:'
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const outgoing = (secure ? https : http).request({
      host: url.hostname.replace(/^\[|\]$/g, ''),
      port: url.port,
      method,
      path: `${url.pathname}${url.search}`,
      headers,
      agent: secure ? agents.https : agents.http,
    })
    const stopWaiting = silenceTimer(connectMs, () => {
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
      collect(incoming, maxBodyBytes).then(
        (content) => {
          settle()
          resolve({ status: incoming.statusCode ?? 0, headers: headersOf(incoming), body: content })
        },
        (error: unknown) => {
          settle()
          reject(signal?.aborted === true ? signal.reason : error)
        },
      )
    })
    outgoing.end(body)
  })
}

function collect(incoming: Readable, maxBodyBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > maxBodyBytes)
        incoming.destroy(new MalformedReply(`an answer of more than ${maxBodyBytes} bytes`))
    })
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    incoming.on('error', reject)
    // A body cut short ends in 'aborted' and 'close' without 'end'.
    incoming.on('close', () => reject(Object.assign(new Error('the answer was cut'), { code: 'ECONNRESET' })))
  })
}

function headersOf(incoming: http.IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
