import type { Duplex } from 'node:stream'
import { StaleSocketError } from './http-errors.ts'
import { type HttpReply, ResponseReader } from './response-reader.ts'

interface Exchange {
  readonly reader: ResponseReader
  readonly resolve: (reply: HttpReply) => void
  readonly reject: (error: unknown) => void
}

/** What of a socket is needed here: TLS or plain. */
export type Wire = Duplex & { ref(): unknown; unref(): unknown }

/** One connection that carries one request after the other, never two at once. */
export class HttpConnection {
  /** Milliseconds of performance.now() since when it is idle. */
  idleSince = 0
  readonly #socket: Wire
  readonly #onGone: (connection: HttpConnection) => void
  #current: Exchange | undefined
  #error: unknown
  #served = 0
  /** Whether anything has come of the reply that is waited for. */
  #heard = false

  /** Takes an open socket; `onGone` hears when it can carry nothing any more. */
  constructor(socket: Wire, onGone: (connection: HttpConnection) => void) {
    this.#socket = socket
    this.#onGone = onGone
    socket.on('data', (bytes: Buffer) => this.#read(bytes))
    socket.on('end', () => this.#closed())
    socket.on('error', (error) => {
      this.#error ??= error
    })
    socket.on('close', () => this.#closed())
  }

  get open(): boolean {
    return this.#socket.writable && !this.#socket.destroyed && this.#error === undefined
  }

  /**
   * Sends one request and resolves with its whole reply.
   *
   * Rejects with the signal's reason, with StaleSocketError when the server had closed a connection that had
   * served before, with MalformedReply, or with the socket's error. The connection is gone then.
   */
  exchange(request: Buffer, maxBodyBytes: number, signal: AbortSignal | undefined): Promise<HttpReply> {
    return new Promise<HttpReply>((resolve, reject) => {
      const abort = () => this.#fail(signal?.reason)
      const settle = () => {
        this.#current = undefined
        signal?.removeEventListener('abort', abort)
      }
      this.#current = {
        reader: new ResponseReader(maxBodyBytes),
        resolve(reply) {
          settle()
          resolve(reply)
        },
        reject(error) {
          settle()
          reject(error)
        },
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#socket.ref()
      this.#socket.write(request)
    })
  }

  /** Between requests; the process may end meanwhile. */
  rest(): void {
    this.idleSince = performance.now()
    this.#socket.unref()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #read(bytes: Buffer): void {
    const { reader, resolve } = this.#current ?? {}
    // Nobody asked: what comes between requests is no answer to the next one.
    if (reader === undefined || resolve === undefined) {
      this.destroy()
      return
    }
    let reply: HttpReply | undefined
    try {
      this.#heard = true
      reply = reader.push(bytes)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (reply === undefined) return
    this.#served += 1
    this.#heard = false
    if (!reader.reusable) this.destroy()
    resolve(reply)
  }

  #closed(): void {
    const current = this.#current
    const reply = this.#error === undefined ? current?.reader.close() : undefined
    this.#socket.destroy()
    this.#onGone(this)
    if (current === undefined) return
    if (reply !== undefined) current.resolve(reply)
    else current.reject(this.#reasonOfEnd())
  }

  #reasonOfEnd(): unknown {
    const code = (this.#error as NodeJS.ErrnoException | undefined)?.code
    const isReset = this.#error === undefined || code === 'ECONNRESET' || code === 'EPIPE'
    if (isReset && this.#served > 0 && !this.#heard) {
      return new StaleSocketError('a pooled connection had been closed', { cause: this.#error })
    }
    return this.#error ?? Object.assign(new Error('the answer was cut'), { code: 'ECONNRESET' })
  }

  #fail(error: unknown): void {
    const current = this.#current
    this.destroy()
    current?.reject(error)
  }
}
