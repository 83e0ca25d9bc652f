import type { Duplex } from 'node:stream'
import { type Clock, systemClock } from '../../process/clock.ts'
import { silenceTimer } from '../../process/silence-timer.ts'
import type { HttpReply } from '../http-message.ts'
import { giveBack } from '../reply-body.ts'
import { ResponseReader } from '../response-reader.ts'
import { asTransportError, ConnectionError, SilenceError, StaleSocketError } from '../transport-errors.ts'
import { ReplyRoom } from './reply-room.ts'

/** What of a socket is needed here: TLS or plain. */
export type Wire = Duplex & { ref(): unknown; unref(): unknown }

/** Of replies that are larger, so many are read at once as there is room for. */
const largeReplyBytes = 128 * 1024
/**
 * Pieces that come through a proxy have memory of their own, which is given back unless they are smaller. Those of other
 * connections lie in one buffer (createSecureOpener).
 */
const worthBytes = 4 * 1024

/** The bounds of one request on a connection. */
export interface CallBounds {
  /** From the first byte of the request to the last of the answer, in milliseconds. */
  readonly totalMs: number
  readonly maxBodyBytes: number
  readonly signal?: AbortSignal | undefined
}

/**
 * The states of a connection:
 *
 *     resting ──send()──▶ waiting ──first byte──▶ reading ──last byte──▶ resting
 *        │                   │                       │            or ──▶ closed, when the reply says so
 *        └───────────────────┴───────────────────────┴────────────────▶ closed
 *
 * A resting connection is closed by bytes that nobody asked for, by the server, or by the pool; a waiting or reading one
 * also by its request: abort, silence, an answer that is no HTTP. What is closed stays so.
 */
type State =
  | { readonly is: 'resting'; readonly since: number }
  | { readonly is: 'waiting' | 'reading'; readonly call: Call }
  | { readonly is: 'closed' }

interface Call {
  readonly reader: ResponseReader
  /** Waits for the peer, for as long as it may be silent. */
  readonly watch: { start(): void; stop(): void }
  /** Of a large reply: gives its room back, or its place in the line. */
  leaveRoom?: () => void
  readonly resolve: (reply: HttpReply) => void
  readonly reject: (error: unknown) => void
}

/** One connection that carries one request after the other, never two at once. */
export class HttpConnection {
  readonly #socket: Wire
  readonly #clock: Clock
  readonly #room: ReplyRoom
  readonly #onClosed: (connection: HttpConnection) => void
  #state: State
  #error: unknown
  #served = 0
  /** For how long the server keeps a resting connection, as far as it has said so. */
  #keptMs = Number.POSITIVE_INFINITY

  /** Takes an open socket; `onClosed` hears once when it can carry nothing any more. */
  constructor(
    socket: Wire,
    onClosed: (connection: HttpConnection) => void,
    clock: Clock = systemClock,
    room: ReplyRoom = new ReplyRoom(Number.POSITIVE_INFINITY),
  ) {
    this.#socket = socket
    this.#clock = clock
    this.#room = room
    this.#onClosed = onClosed
    this.#state = { is: 'resting', since: clock.now() }
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.on('end', () => this.#hungUp())
    socket.on('error', (error) => {
      this.#error ??= error
    })
    socket.on('close', () => this.#hungUp())
  }

  /** Whether a request may go out on it now: it rests, and the server has not said that it will have hung up by now. */
  get usable(): boolean {
    return (
      this.#state.is === 'resting' &&
      this.#socket.writable &&
      this.#error === undefined &&
      this.#clock.now() - this.#state.since < this.#keptMs
    )
  }

  /** Milliseconds of the clock since when it rests; undefined when it does not. */
  get restingSince(): number | undefined {
    return this.#state.is === 'resting' ? this.#state.since : undefined
  }

  /**
   * Sends one request and resolves with its whole reply.
   *
   * @throws {SilenceError}, {MalformedReply}, {ConnectionError}, {StaleSocketError} when the server had closed a
   *   connection that had served before; the signal's reason. The connection is closed then, unless nothing had gone out.
   */
  send(request: Buffer, { totalMs, maxBodyBytes, signal }: CallBounds): Promise<HttpReply> {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    if (this.#state.is !== 'resting') return Promise.reject(this.#reasonOfEnd('waiting'))
    return new Promise<HttpReply>((resolve, reject) => {
      const abort = () => this.#end(signal?.reason)
      const elapsed = () => this.#end(new SilenceError(`no answer within ${totalMs / 1000} s`))
      let stop = silenceTimer(totalMs, elapsed, this.#clock)
      const watch = {
        start: () => {
          stop = silenceTimer(totalMs, elapsed, this.#clock)
        },
        stop: () => stop(),
      }
      const settle = () => {
        watch.stop()
        call.leaveRoom?.()
        signal?.removeEventListener('abort', abort)
      }
      const call: Call = {
        reader: new ResponseReader(maxBodyBytes),
        watch,
        resolve(reply) {
          settle()
          resolve(reply)
        },
        reject(error) {
          settle()
          call.reader.release()
          reject(error)
        },
      }
      this.#state = { is: 'waiting', call }
      signal?.addEventListener('abort', abort, { once: true })
      this.#socket.ref()
      this.#socket.write(request)
    })
  }

  /** Lets the process end while the connection rests. */
  unref(): void {
    this.#socket.unref()
  }

  /** Closes it; a request under way fails as if the server had hung up. */
  destroy(): void {
    this.#end(new ConnectionError('ECONNRESET'))
  }

  #read(bytes: Buffer): void {
    const state = this.#state
    // Nobody asked: what comes between requests is no answer to the next one.
    if (state.is === 'resting') this.destroy()
    if (state.is === 'resting' || state.is === 'closed') return
    const { call } = state
    if (state.is === 'waiting') this.#state = { is: 'reading', call }
    try {
      const reply = call.reader.push(bytes)
      if (bytes.length > worthBytes) giveBack(bytes)
      if (reply !== undefined) this.#answered(call, reply)
      else this.#awaitRoom(call)
    } catch (error) {
      this.#end(error)
    }
  }

  /** Reads on when there is room for the reply, if it is large; waiting for that is no silence of the peer. */
  #awaitRoom(call: Call): void {
    const bytes = call.reader.bodyBytes(largeReplyBytes)
    if (call.leaveRoom !== undefined || bytes <= largeReplyBytes) return
    let waits = false
    let isIn = false
    const leave = this.#room.enter(bytes, () => {
      isIn = true
      if (!waits) return
      call.watch.start()
      this.#socket.resume()
    })
    call.leaveRoom = () => {
      leave()
      // A paused socket still hands on what it has decrypted: the reply may be whole before there is room for it.
      if (!isIn) this.#socket.resume()
    }
    if (isIn) return
    waits = true
    call.watch.stop()
    this.#socket.pause()
  }

  #answered(call: Call, reply: HttpReply): void {
    this.#served += 1
    this.#keptMs = keptMs(reply.headers['keep-alive'])
    this.#state = { is: 'resting', since: this.#clock.now() }
    if (!call.reader.reusable || this.#keptMs <= 0) this.#end()
    call.resolve(reply)
  }

  #hungUp(): void {
    const state = this.#state
    if (state.is === 'closed') return
    // The end of the connection is the end of a body that has no other.
    const reply = state.is === 'resting' || this.#error !== undefined ? undefined : state.call.reader.close()
    if (state.is === 'resting') this.#end()
    else if (reply === undefined) this.#end(this.#reasonOfEnd(state.is))
    else {
      this.#state = { is: 'resting', since: this.#clock.now() }
      this.#end()
      state.call.resolve(reply)
    }
  }

  #reasonOfEnd(was: 'waiting' | 'reading'): unknown {
    const code = (this.#error as NodeJS.ErrnoException | undefined)?.code
    const isReset = this.#error === undefined || code === 'ECONNRESET' || code === 'EPIPE'
    if (isReset && this.#served > 0 && was === 'waiting') return new StaleSocketError(this.#error)
    return this.#error === undefined ? new ConnectionError('ECONNRESET') : asTransportError(this.#error)
  }

  #end(error?: unknown): void {
    const state = this.#state
    if (state.is === 'closed') return
    this.#state = { is: 'closed' }
    this.#socket.destroy()
    this.#onClosed(this)
    if (state.is !== 'resting') state.call.reject(error)
  }
}

/**
 * For how long a connection may rest by the server's `Keep-Alive: timeout=…`, in milliseconds: a second less than it
 * says, which a request may need to get there. Source: RFC 2068, 19.7.1; Node's own agent takes the same second.
 */
function keptMs(header: string | undefined): number {
  if (header === undefined) return Number.POSITIVE_INFINITY
  const [, seconds] = /(?:^|[,;\s])timeout\s{0,5}=\s{0,5}"?(\d{1,9})/i.exec(header) ?? []
  return seconds === undefined ? Number.POSITIVE_INFINITY : (Number(seconds) - 1) * 1000
}
