import tls from 'node:tls'
import { fault } from '../errors/provider-error.ts'
import type { HttpReply } from '../http/http-message.ts'
import { createSecureOpener } from '../http/open-secure.ts'
import { ConnectionPool } from '../http/pool/connection-pool.ts'
import { TransportError } from '../http/transport-errors.ts'
import { type Clock, systemClock } from '../process/clock.ts'
import { TurnGate } from '../process/gate.ts'
import { SharedWork } from '../process/shared-work.ts'
import { isToken } from '../request/token.ts'
import { readAnswer } from './api-answer.ts'
import { type NeededAccess, neededAccess } from './api-path.ts'
import type { ClusterConfig } from './config/cluster-config.ts'
import { createTextReader, type TextSource } from './rotated-file.ts'
import { createTokenBucket, type RateLimit } from './token-bucket.ts'

/**
 * Speaks to the Kubernetes API; both give the parsed JSON of a 2xx answer, unchecked.
 *
 * Equal requests in flight are one; nothing is kept once it is answered.
 */
export interface KubernetesClient {
  get(path: string, signal: AbortSignal): Promise<unknown>
  post(path: string, body: unknown, signal: AbortSignal): Promise<unknown>
}

/** What a client of the Kubernetes API is made of; times in milliseconds. */
export interface KubernetesClientOptions extends ClusterConfig, RateLimit {
  readonly userAgent: string
  /** Tries of one request, 3 unless told. */
  readonly maxAttempts?: number
  readonly connectMs?: number
  /** Bounds one whole try. */
  readonly tryMs?: number
  readonly clock?: Clock
  /** Hears of each try; `outcome` is the HTTP status, or `network`. */
  readonly onTry?: (call: NeededAccess, outcome: string, seconds: number) => void
}

interface Call {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string
  readonly signal: AbortSignal
}

const maxAnswerBytes = 4 * 1024 * 1024
const maxConnections = 16
const longestRetryAfterSeconds = 10

/**
 * A client of the few core API calls we make. The usual client library costs 36 MB and 100 ms of start-up.
 *
 * Calls are rate-limited here (`qps`, `burst`), bounded by a try of 5 s (2 s to connect), and tried three times on
 * network errors, 429 and 5xx. They never go through a proxy: the API server is a neighbour, and the token is ours.
 * Both methods throw ProviderError KUBERNETES_… or NOT_IN_CLUSTER, or the signal's reason.
 */
export function createKubernetesClient(options: KubernetesClientOptions): KubernetesClient {
  const clock = options.clock ?? systemClock
  const host = options.host.replace(/^\[(.*)\]$/, '$1')
  const bracketed = host.includes(':') ? `[${host}]` : host
  const server = `https://${bracketed}:${options.port}${options.basePath ?? ''}`
  const readToken = options.token && createTextReader(options.token, clock)
  const { tryMs = 5_000, connectMs = 2_000 } = options
  const pool = createPool(options, clock, connectMs, tryMs)
  const takeTurn = createTokenBucket(options, clock)
  const shared = new SharedWork<unknown>()
  const gate = new TurnGate(maxConnections)

  return {
    get: (path, signal) => call({ method: 'GET', path, signal }),
    post: (path, value, signal) => call({ method: 'POST', path, body: JSON.stringify(value), signal }),
  }

  function call(request: Call): Promise<unknown> {
    const { method, path, body = '', signal } = request
    return shared.run(`${method} ${path} ${body}`, signal, async (signal) => {
      const reply = await persist({ ...request, signal })
      return readAnswer(method, path, server, reply)
    })
  }

  /** Tries until there is an answer worth giving back. */
  async function persist(request: Call): Promise<HttpReply> {
    const maxAttempts = Math.max(1, options.maxAttempts ?? 3)
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= maxAttempts
      let reply: HttpReply | undefined
      try {
        reply = await tryWithToken(request)
      } catch (error) {
        if (!(error instanceof TransportError)) throw error
        pool.dropIdle()
        if (isLast || !error.isTransient)
          throw fault('KUBERNETES_UNREACHABLE', { server, reason: error.reason }, { cause: error })
      }
      if (reply !== undefined && (isLast || !isWorthRetry(reply.status))) return reply
      await clock.pause(backoffMs(attempt, reply), request.signal)
    }
  }

  /** kubelet renews the token under us: a 401 gets one more try with the file read afresh. */
  async function tryWithToken(request: Call): Promise<HttpReply> {
    const reply = await tryOnce(request, readToken?.())
    return reply.status === 401 && readToken !== undefined ? tryOnce(request, readToken(true)) : reply
  }

  async function tryOnce(request: Call, token: string | undefined): Promise<HttpReply> {
    const { method, path, body, signal } = request
    await takeTurn(signal)
    const connections = pool.connections()
    return gate.run(signal, () =>
      watched(request, () =>
        connections.send({
          method,
          url: new URL(`${server}${path}`),
          headers: {
            accept: 'application/json',
            ...(token === undefined ? {} : { authorization: `Bearer ${checkToken(token, options.token)}` }),
            'user-agent': options.userAgent,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body }),
          totalMs: tryMs,
          maxBodyBytes: maxAnswerBytes,
          signal,
        }),
      ),
    )
  }

  async function watched({ method, path }: Call, run: () => Promise<HttpReply>): Promise<HttpReply> {
    const begun = performance.now()
    const tell = (outcome: string) =>
      options.onTry?.(neededAccess(method, path), outcome, (performance.now() - begun) / 1000)
    try {
      const reply = await run()
      tell(`${reply.status}`)
      return reply
    } catch (error) {
      if (error instanceof TransportError) tell('network')
      throw error
    }
  }
}

/** One pool of connections for as long as the files of CA and client certificate stay the same. */
function createPool({ ca, certificate }: ClusterConfig, clock: Clock, connectMs: number, openMs: number) {
  const readers = [ca, certificate?.cert, certificate?.key].map(
    (source) => source && createTextReader(source, clock),
  )
  let held:
    | { readonly texts: readonly (string | undefined)[]; readonly connections: ConnectionPool }
    | undefined

  return {
    connections(): ConnectionPool {
      const texts = readers.map((read) => read?.())
      if (held === undefined || texts.some((text, index) => text !== held?.texts[index]))
        held = { texts, connections: createConnections(texts, connectMs, openMs) }
      return held.connections
    },
    /** After a failure the idle connections are suspects too: the next try gets a new one. */
    dropIdle(): void {
      held?.connections.closeIdle()
    },
  }
}

function createConnections(
  [ca, cert, key]: readonly (string | undefined)[],
  connectMs: number,
  openMs: number,
): ConnectionPool {
  const context = tls.createSecureContext({ ca, cert, key, minVersion: 'TLSv1.2' })
  return new ConnectionPool({
    idleMs: 10_000,
    maxIdle: maxConnections,
    maxOpening: 4,
    open: createSecureOpener({ trust: () => context, connectMs, openMs }),
  })
}

function checkToken(token: string, source: TextSource | undefined): string {
  if (isToken(token)) return token
  const where = source !== undefined && 'file' in source ? `the file ${source.file}` : 'the kubeconfig'
  throw fault('NOT_IN_CLUSTER', { missing: `${where} holds no token` })
}

function isWorthRetry(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

/** What the server asks for, else 100 ms doubled at each attempt; half of that is chance. */
function backoffMs(attempt: number, reply: HttpReply | undefined): number {
  const asked = Number(reply?.headers['retry-after'])
  const leastMs = asked > 0 ? Math.min(asked, longestRetryAfterSeconds) * 1000 : 0
  return leastMs + 100 * 2 ** (attempt - 1) * (0.5 + Math.random() / 2)
}
