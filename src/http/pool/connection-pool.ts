import { type Clock, systemClock } from '../../process/clock.ts'
import { type HttpReply, type HttpRequest, originOf } from '../http-message.ts'
import { requestBytes } from '../request-bytes.ts'
import type { HttpConnection } from './connection.ts'
import { HostConnections, type PoolOptions } from './host-connections.ts'

/**
 * Keeps connections to a few origins, and gives each request one of its own while it lasts.
 *
 * A request that finds none free has one opened, and takes whichever is there first: that one, or one that has
 * become free. So a burst of requests costs as many handshakes as it can use, not one each.
 *
 * The states of connections are told in connection.ts, those of requests in waiting and of openings in
 * host-connections.ts.
 */
export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #clock: Clock
  readonly #hosts = new Map<string, HostConnections>()
  readonly #idle = new Set<HttpConnection>()
  #sweeps = false

  constructor(options: PoolOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  /** How many origins there is anything to know of. */
  get size(): number {
    return this.#hosts.size
  }

  /**
   * The pooled HttpTransport, for https alone: the clock of `totalMs` starts when the request has a connection.
   *
   * @throws {TransportError} when there is no whole answer; the signal's reason when that aborts.
   */
  async send(request: HttpRequest): Promise<HttpReply> {
    const { url, signal } = request
    const bytes = bytesOf(request)
    signal?.throwIfAborted()
    const begun = once(request.begun)
    const host = this.#hostOf(url)
    const connection = host.take() ?? (await host.wait(signal, begun))
    begun()
    try {
      const reply = await connection.send(bytes, request)
      host.learn(reply.body.byteLength)
      return reply
    } finally {
      host.give(connection)
    }
  }

  /** Sees to it that so many connections to the URL's origin are there or on their way. */
  warm(url: URL, count: number): void {
    this.#hostOf(url).warm(count)
  }

  /** Drops the connections that carry nothing now. */
  closeIdle(): void {
    for (const host of this.#hosts.values()) host.closeIdle(Number.POSITIVE_INFINITY)
  }

  #hostOf(url: URL): HostConnections {
    let host = this.#hosts.get(url.host)
    if (host === undefined) {
      host = new HostConnections(originOf(url), this.#options, this.#idle, this.#clock)
      this.#hosts.set(url.host, host)
      // Anybody may name a region, and with it an origin: one that is never reached must be forgotten, too.
      this.#sweepLater()
    }
    return host
  }

  /** One timer for all: connections are closed between one and two idle times after their last request. */
  #sweepLater(): void {
    if (this.#sweeps) return
    this.#sweeps = true
    const { idleMs } = this.#options
    this.#clock.after(
      idleMs,
      () => {
        this.#sweeps = false
        const before = this.#clock.now() - idleMs
        for (const [key, host] of this.#hosts) {
          host.closeIdle(before)
          if (host.deserted) this.#hosts.delete(key)
        }
        if (this.#hosts.size > 0) this.#sweepLater()
      },
      true,
    )
  }
}

function bytesOf({ method, url, headers, body }: HttpRequest): Buffer {
  return requestBytes({
    method,
    path: url.search === '' ? url.pathname : url.pathname + url.search,
    headers: headers.host === undefined ? { host: url.host, ...headers } : headers,
    ...(body === undefined ? {} : { body }),
  })
}

function once(act: (() => void) | undefined): () => void {
  let done = act === undefined
  return () => {
    if (done) return
    done = true
    act?.()
  }
}
