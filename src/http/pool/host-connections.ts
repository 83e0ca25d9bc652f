import type { Clock } from '../../process/clock.ts'
import type { Origin } from '../http-message.ts'
import { HttpConnection, type Wire } from './connection.ts'
import type { ReplyRoom } from './reply-room.ts'

/** A connection on its way, bounded in time by whoever opens it. */
export interface Opening {
  /**
   * Resolves when it can carry requests: the peer's certificate has been checked.
   * @throws {TransportError}
   */
  readonly ready: Promise<Wire>
  /** Gives it up: nobody waits for it any more. */
  abandon(): void
}

/** What a pool is made of. */
export interface PoolOptions {
  /** Connections that are free stay open this long, in milliseconds. */
  readonly idleMs: number
  /** So many of them, to all origins together: an idle TLS connection holds some 80 KB. */
  readonly maxIdle: number
  /** Handshakes under way at once to one origin: each takes 2 to 3 ms of CPU. */
  readonly maxOpening: number
  open(origin: Origin): Opening
  /** For large replies of all origins. */
  readonly replies?: ReplyRoom
  /** The machine's unless told. */
  readonly clock?: Clock
}

/** An opening that takes longer waits for the network, and must not keep others from trying their luck. */
const youngMs = 500
/** Where replies are larger, a few connections must do. */
const largeBytes = 16 * 1024
const mostForLarge = 12

/**
 * A request without a connection:
 *
 *     queued ──an opening is begun for it──▶ opening ──▶ served: the next connection that is there is its own
 *        └───────────────────┬──────────────────┘   └──▶ failed: an opening failed that it has waited for as long
 *                            ├──▶ served, by a connection that has become free
 *                            └──▶ left: its signal has aborted
 */
interface Waiting {
  state: 'queued' | 'opening'
  readonly since: number
  begun(): void
  serve(connection: HttpConnection): void
  fail(error: unknown): void
}

/**
 * A connection on its way:
 *
 *     young ──500 ms──▶ slow ──▶ over: there, or failed for those who have waited for it
 *        └───────────────┴─────▶ abandoned: whoever it was for has left. Says nothing of the host, and fails nobody
 *
 * Young ones may be using our CPU, so there are few at a time.
 */
interface UnderWay {
  state: 'young' | 'slow' | 'abandoned' | 'over'
  readonly begun: number
  readonly opening: Opening
}

/** The connections to one origin. */
export class HostConnections {
  readonly #origin: Origin
  readonly #options: PoolOptions
  readonly #clock: Clock
  /** Those of all hosts, the one that has been free for longest first. */
  readonly #idleOfAll: Set<HttpConnection>
  /** The last one to become free is the first to be used again: it is the least likely to have been closed. */
  readonly #idle: HttpConnection[] = []
  readonly #all = new Set<HttpConnection>()
  readonly #waiting = new Set<Waiting>()
  readonly #openings = new Set<UnderWay>()
  /** Of the latest replies. */
  #meanBytes = 0

  constructor(origin: Origin, options: PoolOptions, idleOfAll: Set<HttpConnection>, clock: Clock) {
    this.#origin = origin
    this.#options = options
    this.#idleOfAll = idleOfAll
    this.#clock = clock
  }

  /** Whether nothing is left of it, and nobody waits. */
  get deserted(): boolean {
    return this.#all.size + this.#openings.size + this.#waiting.size === 0
  }

  /** Notes how large a reply was, in bytes. */
  learn(bytes: number): void {
    this.#meanBytes += (bytes - this.#meanBytes) / 16
  }

  /** A connection that is free, if there is one. */
  take(): HttpConnection | undefined {
    for (let next = this.#idle.pop(); next !== undefined; next = this.#idle.pop()) {
      this.#idleOfAll.delete(next)
      if (next.usable) return next
      next.destroy()
    }
    return undefined
  }

  /** Takes a connection back; one that is closed has been replaced already, where it was needed. */
  give(connection: HttpConnection): void {
    if (!connection.usable) return
    const [first] = this.#waiting
    if (first !== undefined) first.serve(connection)
    else if (this.#all.size > this.#most) connection.destroy()
    else this.#rest(connection)
  }

  /**
   * The next connection that is ready.
   * @throws the signal's reason, or when none can be had.
   */
  wait(signal: AbortSignal | undefined, begun: () => void): Promise<HttpConnection> {
    return new Promise<HttpConnection>((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#waiting.delete(waiting)
        signal?.removeEventListener('abort', leave)
        settle()
      }
      const leave = () => {
        end(() => reject(signal?.reason))
        this.#abandonSurplus()
      }
      const waiting: Waiting = {
        state: 'queued',
        since: this.#clock.now(),
        begun,
        serve: (connection) => end(() => resolve(connection)),
        fail: (error) => end(() => reject(error)),
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.add(waiting)
      this.#openMore()
    })
  }

  /** Sees to it that so many connections are there or on their way. */
  warm(count: number): void {
    for (let there = this.#all.size + this.#openings.size; there < count; there += 1) this.#open()
  }

  /** Closes those that have been free since before that time of the clock, in milliseconds. */
  closeIdle(before: number): void {
    for (const connection of [...this.#idle]) {
      if (!connection.usable || (connection.restingSince ?? before) < before) connection.destroy()
    }
  }

  /** A socket keeps buffers as large as what came in: some 250 KB where replies are large. */
  get #most(): number {
    return this.#meanBytes > largeBytes ? mostForLarge : Number.POSITIVE_INFINITY
  }

  #rest(connection: HttpConnection): void {
    connection.unref()
    this.#idle.push(connection)
    this.#idleOfAll.add(connection)
    if (this.#idleOfAll.size <= this.#options.maxIdle) return
    const [oldest] = this.#idleOfAll
    oldest?.destroy()
  }

  /** Opens what requests wait for, as far as the limits go. */
  #openMore(): void {
    const isYoung = ({ state }: UnderWay) => state === 'young'
    while (
      this.#openings.size < this.#waiting.size &&
      [...this.#openings].filter(isYoung).length < this.#options.maxOpening &&
      this.#all.size + this.#openings.size < this.#most
    ) {
      this.#open()
    }
    let unclaimed = this.#openings.size
    for (const waiting of this.#waiting) {
      if (unclaimed === 0) return
      unclaimed -= 1
      if (waiting.state === 'queued') {
        waiting.state = 'opening'
        waiting.begun()
      }
    }
  }

  #open(): void {
    const opening = this.#options.open(this.#origin)
    const underWay: UnderWay = { state: 'young', begun: this.#clock.now(), opening }
    this.#openings.add(underWay)
    const stopAging = this.#clock.after(
      youngMs,
      () => {
        if (underWay.state !== 'young') return
        underWay.state = 'slow'
        this.#openMore()
      },
      true,
    )
    const end = (settle: () => void) => {
      stopAging()
      this.#openings.delete(underWay)
      if (underWay.state !== 'abandoned') underWay.state = 'over'
      settle()
      this.#openMore()
    }
    opening.ready.then(
      (socket) =>
        end(() => {
          if (underWay.state === 'abandoned') socket.destroy()
          else this.#adopt(socket)
        }),
      (error: unknown) =>
        end(() => {
          if (underWay.state !== 'abandoned') this.#failThoseOf(underWay.begun, error)
        }),
    )
  }

  #adopt(socket: Wire): void {
    const connection = new HttpConnection(
      socket,
      (gone) => {
        this.#all.delete(gone)
        this.#idleOfAll.delete(gone)
        const at = this.#idle.indexOf(gone)
        if (at >= 0) this.#idle.splice(at, 1)
        // Where a few must do, the ones that end make room: somebody may wait for it.
        this.#openMore()
      },
      this.#clock,
      this.#options.replies,
    )
    this.#all.add(connection)
    this.give(connection)
  }

  /** An opening that has failed speaks for all who have waited about as long as it took: theirs would have, too. */
  #failThoseOf(begun: number, error: unknown): void {
    const now = this.#clock.now()
    for (const waiting of this.#waiting) {
      if (now - waiting.since >= (now - begun) * 0.8) waiting.fail(error)
    }
  }

  /** Whoever gave up takes an opening along, the oldest: a new request must not be left to one that hangs. */
  #abandonSurplus(): void {
    if (this.#openings.size <= this.#waiting.size) return
    const [oldest] = this.#openings
    if (oldest === undefined) return
    this.#openings.delete(oldest)
    oldest.state = 'abandoned'
    oldest.opening.abandon()
  }
}
