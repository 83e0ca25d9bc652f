import { connect as connectPlain, isIP, type Socket } from 'node:net'
import tls from 'node:tls'
import { LRUCache } from 'lru-cache'
import { silenceTimer } from '../process/silence-timer.ts'
import type { Origin } from './http-message.ts'
import type { Opening } from './pool/host-connections.ts'
import { openTunnel } from './proxy/open-tunnel.ts'
import type { HttpProxy } from './proxy/read-proxy.ts'
import { createSharedLookup } from './shared-lookup.ts'
import { asTransportError, ConnectionError, SilenceError } from './transport-errors.ts'

/** How TLS connections are opened. */
export interface SecureOptions {
  /** The certificates that are trusted, the proxy's own included. */
  readonly trust: () => tls.SecureContext
  /** The proxy on the way to an origin; none unless told. */
  readonly proxyTo?: (origin: Origin) => HttpProxy | undefined
  /** Time to a TCP connection (through a proxy: to the tunnel), in milliseconds. */
  readonly connectMs: number
  /** Time until the handshake is done, in milliseconds. */
  readonly openMs: number
}

/** Anybody may name a region, and with it an origin: the TLS sessions of the latest are kept. */
const maxSessions = 64
/** A connection on which nothing comes is asked for a sign of life after this long: its peer may be gone, or a NAT has forgotten it. */
const keepAliveMs = 5_000
/** What is read at once. */
const receivedBytes = 64 * 1024

/**
 * Makes the way to open TLS connections, through the proxy where there is one, and to resume the TLS session of an earlier
 * connection: that spares both sides the certificates. A session is offered once more only when it has not failed.
 * Nothing is written to the origin before its certificate has been checked.
 *
 * An opening rejects with a TransportError.
 */
export function createSecureOpener(options: SecureOptions): (origin: Origin) => Opening {
  const sessions = new LRUCache<string, Buffer>({ max: maxSessions })
  const lookup = createSharedLookup()
  const receiver = createReceiver()
  return (origin) => {
    const key = `${origin.hostname} ${origin.port}`
    const proxy = options.proxyTo?.(origin)
    const session = sessions.get(key)
    const sockets: Socket[] = []
    const { promise: ready, resolve, reject } = Promise.withResolvers<tls.TLSSocket>()
    let over = false
    const end = (settle: () => void) => {
      if (over) return
      over = true
      stopConnecting()
      stopOpening()
      settle()
    }
    const fail = (error: unknown) =>
      end(() => {
        // It may be the session that is refused: the next try goes without.
        if (session !== undefined && sessions.get(key) === session) sessions.delete(key)
        reject(error)
        for (const socket of sockets) socket.destroy()
      })
    const silent = (ms: number) => fail(new SilenceError(`no connection within ${ms / 1000} s`))
    const stopConnecting = silenceTimer(options.connectMs, () => silent(options.connectMs))
    const stopOpening = silenceTimer(options.openMs, () => silent(options.openMs))

    /** Looks after a socket until the opening is over; then its errors are its user's. */
    const watch = <T extends Socket>(socket: T, peer: 'host' | 'proxy'): T => {
      sockets.push(socket)
      socket.on('error', (error) => fail(asTransportError(error, peer)))
      socket.once('close', () => fail(new ConnectionError('ECONNRESET', { peer })))
      return socket
    }
    const secured = (
      carrier: { readonly socket: Socket } | { readonly host: string; readonly port: number },
    ) => {
      const socket: tls.TLSSocket = watch(
        tls.connect({
          ...carrier,
          lookup,
          secureContext: options.trust(),
          servername: isIP(origin.hostname) === 0 ? origin.hostname : '',
          ALPNProtocols: ['http/1.1'],
          ...receiver.options(() => socket),
          ...(session === undefined ? {} : { session }),
        }),
        'host',
      )
      socket.setNoDelay(true)
      socket.setKeepAlive(true, keepAliveMs)
      socket.on('session', (fresh) => sessions.set(key, fresh))
      socket.once('connect', stopConnecting)
      socket.once('secureConnect', () => end(() => resolve(socket)))
      socket.once('close', receiver.wipe)
    }

    if (proxy === undefined) secured({ host: origin.hostname, port: origin.port })
    else {
      const toProxy = watch(dial(proxy, options.trust, lookup), 'proxy')
      toProxy.setNoDelay(true)
      toProxy.setKeepAlive(true, keepAliveMs)
      toProxy.once(proxy.secure ? 'secureConnect' : 'connect', () => {
        openTunnel(toProxy, proxy, origin).then(() => {
          stopConnecting()
          if (!over) secured({ socket: toProxy })
        }, fail)
      })
    }
    return {
      ready,
      abandon: () =>
        end(() => {
          reject(new SilenceError('nobody waits for the connection any more'))
          for (const socket of sockets) socket.destroy()
        }),
    }
  }
}

/**
 * Makes the options of sockets that read into one buffer, for the moment in which bytes are handed on: nothing of them is
 * kept by others, nor here. Node's own buffers are 64 KB of garbage for each answer.
 *
 * Node documents `onread` for tls.connect(); its types lack it there. A runtime that ignores it hands on the same bytes.
 */
function createReceiver() {
  // A byte longer than what is handed on: so nobody takes a piece for the only one in its memory, and gives it back.
  const buffer = Buffer.alloc(receivedBytes + 1).subarray(0, receivedBytes)
  return {
    options(socketOf: () => Socket): object {
      const callback = (length: number) => {
        const socket = socketOf()
        const bytes = buffer.subarray(0, length)
        try {
          // Bytes that nobody waits for cost the connection.
          if (!socket.emit('data', bytes)) socket.destroy()
        } finally {
          bytes.fill(0)
        }
        return true
      }
      return { onread: { buffer, callback } }
    },
    /**
     * For a socket that has closed: what it had received when it was destroyed is still decrypted into the buffer, and
     * handed on to nobody. Bytes of other sockets are there only while they are handed on, and no socket closes then.
     */
    wipe: () => void buffer.fill(0),
  }
}

function dial(
  { hostname, port, secure }: HttpProxy,
  trust: () => tls.SecureContext,
  lookup: ReturnType<typeof createSharedLookup>,
): Socket {
  if (!secure) return connectPlain({ host: hostname, port, lookup })
  const servername = isIP(hostname) === 0 ? hostname : ''
  return tls.connect({ host: hostname, port, lookup, secureContext: trust(), servername })
}
