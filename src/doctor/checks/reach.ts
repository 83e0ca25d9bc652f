import http from 'node:http'
import https from 'node:https'
import { TLSSocket } from 'node:tls'
import { silenceTimer } from '../../process/silence-timer.ts'
import { type CertificateProblem, readCertificateProblem } from './certificate-problem.ts'

/** How an endpoint was reached; milliseconds since the start of each step's predecessor. */
export interface Reached {
  readonly totalMs: number
  /** Absent for an address, and through a proxy, which looks the name up itself. */
  readonly lookupMs: number | undefined
  readonly connectMs: number | undefined
  readonly tlsMs: number | undefined
  readonly address: string | undefined
  /** By a tunnel, not directly. */
  readonly tunnelled: boolean
  readonly status: number
  /** How far the peer's clock is ahead of ours, as far as its Date header tells (whole seconds). */
  readonly clockAheadMs: number | undefined
  readonly certificate: CertificateProblem | undefined
  /** The key exchange of TLS, as OpenSSL names it: X25519MLKEM768, X25519, prime256v1. */
  readonly keyExchange: string | undefined
}

/** A name, TCP, TLS and an answer are given this long together. */
const reachMs = 5_000

/**
 * Sends `url` a request without credentials, by the trust and the proxies that calls of AWS go by: any answer shows that
 * it can be reached. A certificate that is not trusted is looked at instead of being refused, and reported.
 *
 * @throws an error of the network, or with the signal's reason.
 */
export function reach(url: URL, agent: http.Agent, signal: AbortSignal): Promise<Reached> {
  const secure = url.protocol === 'https:'
  const begun = performance.now()
  const seen: { lookup?: number; address?: string; connect?: number; secure?: number } = {}
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    let tunnelled = false
    const outgoing = (secure ? https : http).request(url, {
      agent,
      method: 'GET',
      headers: { connection: 'close', accept: '*/*' },
      // Part of the pool's key as well: no call of a client ever gets this connection.
      rejectUnauthorized: false,
    })
    // Rejecting does not wait for the request's own end: while the agent makes a tunnel, it has none.
    const fail = (error: unknown) => {
      settle()
      reject(error)
      outgoing.destroy()
    }
    const stopWaiting = silenceTimer(reachMs, () =>
      fail(Object.assign(new Error('silence'), { code: 'ETIMEDOUT' })),
    )
    const abort = () => fail(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    const settle = () => {
      stopWaiting()
      signal.removeEventListener('abort', abort)
    }
    outgoing.on('socket', (socket) => {
      tunnelled = secure && !socket.connecting
      socket.once('lookup', (_error: unknown, address: string) => {
        seen.lookup = performance.now()
        seen.address = address
      })
      socket.once('connect', () => {
        seen.connect = performance.now()
        seen.address = socket.remoteAddress ?? seen.address ?? ''
      })
      socket.once('secureConnect', () => {
        seen.secure = performance.now()
      })
    })
    outgoing.on('error', fail)
    outgoing.on('response', (incoming) => {
      settle()
      const { socket } = incoming
      const ended = performance.now()
      const date = Date.parse(incoming.headers.date ?? '')
      resolve({
        totalMs: ended - begun,
        lookupMs: difference(begun, seen.lookup),
        connectMs: difference(seen.lookup ?? begun, seen.connect),
        tlsMs: difference(seen.connect, seen.secure),
        address: seen.address || undefined,
        tunnelled,
        status: incoming.statusCode ?? 0,
        // The header is cut to whole seconds: half of one is what it leaves out on average.
        clockAheadMs: Number.isNaN(date) ? undefined : date + 500 - Date.now(),
        certificate: socket instanceof TLSSocket ? readCertificateProblem(socket) : undefined,
        keyExchange: socket instanceof TLSSocket ? keyExchangeOf(socket) : undefined,
      })
      incoming.on('error', () => {})
      outgoing.destroy()
    })
    outgoing.end()
  })
}

/** Undefined where the runtime does not say (Deno). Node's types lack that hybrids have a name too. */
function keyExchangeOf(socket: TLSSocket): string | undefined {
  const info = socket.getEphemeralKeyInfo() as { readonly name?: string } | null
  return info?.name
}

function difference(from: number | undefined, to: number | undefined): number | undefined {
  return from === undefined || to === undefined ? undefined : to - from
}
