import http from 'node:http'
import https from 'node:https'

export interface ExchangeRequest {
  /** An https.Agent speaks TLS. Give it no `proxyEnv`, and nothing goes through a proxy. */
  readonly agent: http.Agent
  /** A name or an address; IPv6 without brackets. */
  readonly host: string
  readonly port: number
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  /** Bounds name lookup and TCP connect. */
  readonly connectMs: number
  /** Bounds everything, the last byte of the answer included. */
  readonly totalMs: number
  readonly maxBytes: number
  readonly signal: AbortSignal
}

export interface Reply {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly text: string
}

/** Why there was no answer: `reason` is a few words or a system error code, the same at every try. */
export class ExchangeFailed extends Error {
  override readonly name = 'ExchangeFailed'
  readonly reason: string
  /** Another try may do better: a network that refuses, resets or is silent, not a bad certificate. */
  readonly isTransient: boolean

  constructor(reason: string, isTransient: boolean, cause?: unknown) {
    super(reason, { cause })
    this.reason = reason
    this.isTransient = isTransient
  }
}

/**
 * One HTTP request and its whole answer, bounded in time and size; redirects are not followed.
 *
 * @throws {ExchangeFailed} when there is no whole answer; the signal's reason when that aborts.
 */
export function exchange(request: ExchangeRequest): Promise<Reply> {
  const { signal, connectMs, totalMs } = request
  if (signal.aborted) return Promise.reject(signal.reason)

  return new Promise<Reply>((resolve, reject) => {
    const outgoing = send(request)
    let stopConnectTimer = () => {}
    const stopTotalTimer = startTimer(totalMs, () => fail(timedOut('no answer', totalMs)))
    const onAbort = () => fail(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })

    let isSettled = false
    const settle = () => {
      isSettled = true
      stopConnectTimer()
      stopTotalTimer()
      signal.removeEventListener('abort', onAbort)
    }
    const fail = (error: unknown) => {
      if (isSettled) return
      settle()
      reject(error)
      outgoing.destroy()
    }

    outgoing.on('socket', (socket) => {
      if (!socket.connecting) return
      stopConnectTimer = startTimer(connectMs, () => fail(timedOut('no connection', connectMs)))
      socket.once('connect', () => stopConnectTimer())
    })
    outgoing.on('error', (error) => fail(asFailure(error)))
    outgoing.on('close', () => fail(new ExchangeFailed('ECONNRESET', true)))
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      let size = 0
      incoming.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > request.maxBytes)
          return fail(new ExchangeFailed(`an answer of more than ${request.maxBytes} bytes`, false))
        chunks.push(chunk)
      })
      incoming.on('error', (error) => fail(asFailure(error)))
      incoming.on('end', () => {
        settle()
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text })
      })
    })
  })
}

function send(request: ExchangeRequest): http.ClientRequest {
  const { agent, host, port, method, path, headers, body } = request
  const { request: open } = agent instanceof https.Agent ? https : http
  return open({ agent, host, port, method, path, headers: { ...headers } }).end(body)
}

/**
 * A timer that knows its own process: with little CPU the clock runs while we don't, so a timer that fires late
 * waits once more for as long as it was late, and what has arrived meanwhile is read before a peer is called dead.
 */
export function startTimer(ms: number, fire: () => void): () => void {
  const due = performance.now() + ms
  let timer = setTimeout(() => {
    const lateBy = performance.now() - due
    timer = setTimeout(fire, Math.min(Math.max(lateBy, 0), ms))
  }, ms)
  return () => clearTimeout(timer)
}

export function timedOut(what: string, ms: number): ExchangeFailed {
  return new ExchangeFailed(`${what} within ${ms / 1000} s`, true)
}

export function asFailure(error: NodeJS.ErrnoException): ExchangeFailed {
  const reason = error.code ?? 'an unknown network error'
  return new ExchangeFailed(reason, transientCodes.has(reason), error)
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
