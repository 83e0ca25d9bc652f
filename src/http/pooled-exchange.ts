import type { ConnectionPool, Origin } from './connection-pool.ts'
import { asFailure, ExchangeFailed, type Reply, startTimer, timedOut } from './exchange.ts'
import { MalformedReply, SilenceError, StaleSocketError } from './http-errors.ts'
import { requestBytes } from './request-bytes.ts'

export interface PooledExchange {
  readonly pool: ConnectionPool
  readonly origin: Origin
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Bounds everything, the last byte of the answer included. */
  readonly totalMs: number
  readonly maxBytes: number
  readonly signal: AbortSignal
}

/**
 * exchange() over connections that are kept by a pool, for an eighth of the CPU.
 *
 * @throws {ExchangeFailed} when there is no whole answer; the signal's reason when that aborts.
 */
export function exchangePooled(request: PooledExchange): Promise<Reply> {
  const { pool, origin, method, path, headers, body, totalMs, maxBytes, signal } = request
  if (signal.aborted) return Promise.reject(signal.reason)
  const within = new AbortController()
  const abort = () => within.abort(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  const stopTimer = startTimer(totalMs, () => within.abort(timedOut('no answer', totalMs)))
  const settle = () => {
    stopTimer()
    signal.removeEventListener('abort', abort)
  }
  const parts = { method, path, headers, ...(body === undefined ? {} : { body }) }
  return pool
    .exchange({ origin, bytes: requestBytes(parts), maxBodyBytes: maxBytes, signal: within.signal })
    .then(
      (reply) => {
        settle()
        return { status: reply.status, headers: reply.headers, text: reply.body.toString() }
      },
      (error: unknown) => {
        settle()
        throw within.signal.aborted ? within.signal.reason : whyNot(error)
      },
    )
}

function whyNot(error: unknown): ExchangeFailed {
  if (error instanceof SilenceError) return new ExchangeFailed(error.message, true, error)
  if (error instanceof StaleSocketError) return new ExchangeFailed('ECONNRESET', true, error)
  if (error instanceof MalformedReply) return new ExchangeFailed(error.message, false, error)
  return asFailure(error as NodeJS.ErrnoException)
}
