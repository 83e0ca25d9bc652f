import type https from 'node:https'
import { isIP, type Socket } from 'node:net'
import tls from 'node:tls'
import { LRUCache } from 'lru-cache'
import { silenceTimer } from '../process/silence-timer.ts'
import type { Opening, Origin } from './connection-pool.ts'
import { SilenceError } from './http-errors.ts'

interface SecureOptions {
  /** Trust and proxies are its own; its pool is not used. */
  readonly agent: () => https.Agent
  /** Time to a TCP connection (through a proxy: to the tunnel). */
  readonly connectMs: number
  /** Time until the handshake is done. */
  readonly openMs: number
}

/** Anybody may name a region, and with it an origin: the TLS sessions of the latest are kept. */
const maxSessions = 64

/**
 * Makes the way to open TLS connections as an agent of Node's does, through its proxy where there is one (one that
 * is spoken to without TLS), and to resume the TLS session of an earlier connection: that spares both sides the
 * certificates. Nothing is written before the peer's certificate has been checked.
 */
export function createSecureOpener(options: SecureOptions): (origin: Origin) => Opening {
  const sessions = new LRUCache<string, Buffer>({ max: maxSessions })
  return (origin) => {
    const key = `${origin.hostname} ${origin.port}`
    return open(origin, options, sessions.get(key), (session) => sessions.set(key, session))
  }
}

function open(
  { hostname, port }: Origin,
  { agent, connectMs, openMs }: SecureOptions,
  session: Buffer | undefined,
  onSession: (session: Buffer) => void,
): Opening {
  const sockets: Socket[] = []
  const { secureContext }: tls.ConnectionOptions = agent().options
  const { promise: ready, resolve, reject } = Promise.withResolvers<tls.TLSSocket>()
  const stopTimers = () => {
    stopConnecting()
    stopOpening()
  }
  const fail = (error: unknown) => {
    stopTimers()
    reject(error)
    for (const socket of sockets) socket.destroy()
  }
  const silent = (ms: number) => fail(new SilenceError(`no connection within ${ms / 1000} s`))
  const stopConnecting = silenceTimer(connectMs, () => silent(connectMs))
  const stopOpening = silenceTimer(openMs, () => silent(openMs))

  const secure = (socket: tls.TLSSocket) => {
    sockets.push(socket)
    socket.setNoDelay(true)
    socket.on('error', fail)
    socket.once('close', () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
    socket.on('session', onSession)
    socket.once('connect', stopConnecting)
    const done = () => {
      stopTimers()
      resolve(socket)
    }
    if (socket.authorized) done()
    else socket.once('secureConnect', done)
  }
  // Node hands all of them on to tls.connect(); its types know those of a request alone.
  const wanted: https.RequestOptions & tls.ConnectionOptions = {
    ...(secureContext === undefined ? {} : { secureContext }),
    host: hostname,
    port,
    servername: isIP(hostname) === 0 ? hostname : '',
    ALPNProtocols: ['http/1.1'],
    ...(session === undefined ? {} : { session }),
  }
  const made = agent().createConnection(wanted, (error, tunnelled) => {
    stopConnecting()
    if (error) fail(error)
    else if (tunnelled instanceof tls.TLSSocket && tunnelled !== made) secure(tunnelled)
  })
  // Through a proxy it is the connection to that one: what is wanted comes when the tunnel stands.
  if (made instanceof tls.TLSSocket) secure(made)
  else if (made) sockets.push(made as Socket)
  return { ready, abandon: () => fail(new SilenceError('nobody waits for the connection any more')) }
}
