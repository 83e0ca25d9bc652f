import { HttpConnection, type Wire } from './connection.ts'
import type { HttpReply } from './response-reader.ts'

/** A connection on its way, bounded in time by whoever opens it. */
export interface Opening {
  /** Resolves when it can carry requests: the peer's certificate has been checked. */
  readonly ready: Promise<Wire>
  abandon(): void
}

export interface PoolOptions {
  /** Connections that are free stay open this long. */
  readonly idleMs: number
  /** So many of them, to all origins together: an idle TLS connection holds some 80 KB. */
  readonly maxIdle: number
  /** Handshakes under way at once to one origin: each takes 2 to 3 ms of CPU. */
  readonly maxOpening: number
  open(origin: Origin): Opening
}

export interface Origin {
  readonly hostname: string
  readonly port: number
}

export interface PooledRequest {
  readonly origin: Origin
  /** Head and body as they go out. */
  readonly bytes: Buffer
  readonly maxBodyBytes: number
  readonly signal: AbortSignal | undefined
}

/**
 * Keeps connections to a few origins, and gives each request one of its own while it lasts.
 *
 * A request that finds none free has one opened, and takes whichever is there first: that one, or one that has
 * become free. So a burst of requests costs as many handshakes as it can use, not one each.
 */
export class ConnectionPool {
  readonly #options: PoolOptions
  readonly #hosts = new Map<string, Host>()
  readonly #idle = new Set<HttpConnection>()
  #sweeper: NodeJS.Timeout | undefined

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** How many origins there is anything to know of. */
  get size(): number {
    return this.#hosts.size
  }

  /** Rejects with the signal's reason, SilenceError, StaleSocketError, MalformedReply or the socket's error. */
  async exchange({ origin, bytes, maxBodyBytes, signal }: PooledRequest): Promise<HttpReply> {
    const host = this.#hostOf(origin)
    const connection = host.take() ?? (await host.wait(signal))
    try {
      const reply = await connection.exchange(bytes, maxBodyBytes, signal)
      host.learn(reply.body.byteLength)
      return reply
    } finally {
      if (connection.open) host.give(connection)
    }
  }

  /** Sees to it that so many connections are there or on their way. */
  warm(origin: Origin, count: number): void {
    this.#hostOf(origin).warm(count)
  }

  /** Drops the connections that carry nothing now. */
  closeIdle(): void {
    for (const host of this.#hosts.values()) host.closeIdle(Number.POSITIVE_INFINITY)
  }

  /** Drops every connection; what is under way fails. */
  close(): void {
    clearTimeout(this.#sweeper)
    for (const host of this.#hosts.values()) host.close()
  }

  #hostOf(origin: Origin): Host {
    const key = `${origin.hostname} ${origin.port}`
    let host = this.#hosts.get(key)
    if (host === undefined) {
      host = new Host(origin, this.#options, this.#idle)
      this.#hosts.set(key, host)
      // Anybody may name a region, and with it an origin: one that is never reached must be forgotten, too.
      this.#sweepLater()
    }
    return host
  }

  /** One timer for all: connections are closed between one and two idle times after their last request. */
  #sweepLater(): void {
    this.#sweeper ??= setTimeout(() => {
      this.#sweeper = undefined
      const before = performance.now() - this.#options.idleMs
      for (const [key, host] of this.#hosts) {
        host.closeIdle(before)
        if (host.empty) this.#hosts.delete(key)
      }
      if (this.#hosts.size > 0) this.#sweepLater()
    }, this.#options.idleMs).unref()
  }
}

/** An opening that takes longer waits for the network, and must not keep others from trying their luck. */
const youngMs = 500
/** Where replies are larger, a few connections must do. */
const largeBytes = 16 * 1024
const mostForLarge = 12

interface Waiting {
  readonly since: number
  serve(connection: HttpConnection): void
  fail(error: unknown): void
}

/** The connections to one origin. */
class Host {
  readonly #origin: Origin
  readonly #options: PoolOptions
  /** Those of all hosts, the one that has been free for longest first. */
  readonly #idleOfAll: Set<HttpConnection>
  /** The last one to become free is the first to be used again: it is the least likely to have been closed. */
  readonly #idle: HttpConnection[] = []
  readonly #all = new Set<HttpConnection>()
  readonly #waiting = new Set<Waiting>()
  readonly #openings = new Set<Opening>()
  /** Of the openings, those that may still be using our CPU. */
  #young = 0
  /** Of the latest replies. */
  #meanBytes = 0

  constructor(origin: Origin, options: PoolOptions, idleOfAll: Set<HttpConnection>) {
    this.#origin = origin
    this.#options = options
    this.#idleOfAll = idleOfAll
  }

  get empty(): boolean {
    return this.#all.size + this.#openings.size + this.#waiting.size === 0
  }

  learn(bytes: number): void {
    this.#meanBytes += (bytes - this.#meanBytes) / 16
  }

  /** A socket keeps buffers as large as what came in: some 250 KB where replies are large. */
  get #most(): number {
    return this.#meanBytes > largeBytes ? mostForLarge : Number.POSITIVE_INFINITY
  }

  take(): HttpConnection | undefined {
    for (let next = this.#idle.pop(); next !== undefined; next = this.#idle.pop()) {
      this.#idleOfAll.delete(next)
      if (next.open) return next
    }
    return undefined
  }

  give(connection: HttpConnection): void {
    const [first] = this.#waiting
    if (first !== undefined) first.serve(connection)
    else if (this.#all.size > this.#most) connection.destroy()
    else {
      connection.rest()
      this.#idle.push(connection)
      this.#idleOfAll.add(connection)
      const [oldest] = this.#idleOfAll
      if (oldest !== undefined && this.#idleOfAll.size > this.#options.maxIdle) {
        this.#idleOfAll.delete(oldest)
        oldest.destroy()
      }
    }
  }

  /** The next connection that is ready. Rejects with the signal's reason, or when none can be had. */
  wait(signal: AbortSignal | undefined): Promise<HttpConnection> {
    return new Promise<HttpConnection>((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#waiting.delete(waiting)
        signal?.removeEventListener('abort', abort)
        settle()
      }
      const abort = () => {
        end(() => reject(signal?.reason))
        this.#abandonSurplus()
      }
      const waiting: Waiting = {
        since: performance.now(),
        serve: (connection) => end(() => resolve(connection)),
        fail: (error) => end(() => reject(error)),
      }
      if (signal?.aborted === true) return reject(signal.reason)
      signal?.addEventListener('abort', abort, { once: true })
      this.#waiting.add(waiting)
      this.#openMore()
    })
  }

  warm(count: number): void {
    for (let there = this.#all.size + this.#openings.size; there < count; there += 1) this.#open()
  }

  closeIdle(before: number): void {
    for (
      let oldest = this.#idle[0];
      oldest !== undefined && oldest.idleSince < before;
      oldest = this.#idle[0]
    ) {
      this.#idle.shift()
      this.#idleOfAll.delete(oldest)
      oldest.destroy()
    }
  }

  close(): void {
    for (const connection of this.#all) connection.destroy()
    for (const opening of this.#openings) opening.abandon()
  }

  #openMore(): void {
    const { maxOpening } = this.#options
    while (
      this.#openings.size < this.#waiting.size &&
      this.#young < maxOpening &&
      this.#all.size + this.#openings.size < this.#most
    ) {
      this.#open()
    }
  }

  #open(): void {
    const begun = performance.now()
    const opening = this.#options.open(this.#origin)
    this.#openings.add(opening)
    this.#young += 1
    const grow = () => {
      clearTimeout(young)
      if (isYoung) this.#young -= 1
      isYoung = false
    }
    let isYoung = true
    const young = setTimeout(() => {
      grow()
      this.#openMore()
    }, youngMs).unref()
    opening.ready
      .then(
        (socket) => this.#adopt(socket),
        (error: unknown) => this.#failThoseOf(begun, error),
      )
      .finally(() => {
        grow()
        this.#openings.delete(opening)
        this.#openMore()
      })
  }

  #adopt(socket: Wire): void {
    const connection = new HttpConnection(socket, (gone) => {
      this.#all.delete(gone)
      this.#idleOfAll.delete(gone)
      const at = this.#idle.indexOf(gone)
      if (at >= 0) this.#idle.splice(at, 1)
    })
    this.#all.add(connection)
    this.give(connection)
  }

  /** An opening that has failed speaks for all who have waited about as long as it took: theirs would have, too. */
  #failThoseOf(begun: number, error: unknown): void {
    const now = performance.now()
    for (const waiting of this.#waiting) {
      if (now - waiting.since >= (now - begun) * 0.8) waiting.fail(error)
    }
  }

  /** Whoever gave up takes an opening along, the oldest: a new request must not be left to one that hangs. */
  #abandonSurplus(): void {
    for (const opening of this.#openings) {
      if (this.#openings.size <= this.#waiting.size) return
      this.#openings.delete(opening)
      opening.abandon()
    }
  }
}
