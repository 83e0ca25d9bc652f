/**
 * The states of a piece of work:
 *
 *     under way ──▶ landed: all its callers have its answer, or its failure
 *         └──the last caller leaves──▶ abandoned: its signal has aborted, and nobody hears how it ends
 *
 * Only work under way is known by its key, and joined, until it is closed.
 */
interface Flight<T, News> {
  readonly promise: Promise<T>
  readonly abort: AbortController
  readonly listeners: Set<(news: News) => void>
  lastNews?: News
}

type Start<T, News> = (signal: AbortSignal, tell: (news: News) => void, close: () => void) => Promise<T>

/**
 * Lets equal requests that are under way at the same moment share one answer; keeps nothing afterwards.
 *
 * A caller that gives up leaves the others alone; when the last one has left, the work itself is aborted. The
 * work may tell all its callers news on the way (a failed try); who joins late hears the latest.
 */
export class SharedWork<T, News = never> {
  readonly #flights = new Map<string, Flight<T, News>>()

  /** Whether a request for `key` is under way, and may be joined. */
  has(key: string): boolean {
    return this.#flights.has(key)
  }

  /**
   * Joins the request under way for `key`, or starts it; `listen` hears its news. What is started may close: nobody
   * joins it from then on, and who asks begins anew.
   *
   * Rejects as the work does, and with the signal's reason as soon as the caller gives up.
   */
  run(
    key: string,
    signal: AbortSignal,
    start: Start<T, News>,
    listen: (news: News) => void = () => {},
  ): Promise<T> {
    if (signal.aborted) return Promise.reject(signal.reason)
    const flight = this.#flights.get(key) ?? this.#begin(key, start)
    return this.#join(key, flight, signal, listen)
  }

  #begin(key: string, start: Start<T, News>): Flight<T, News> {
    const abort = new AbortController()
    const listeners = new Set<(news: News) => void>()
    const tell = (news: News) => {
      flight.lastNews = news
      for (const listen of listeners) listen(news)
    }
    const { promise, resolve } = Promise.withResolvers<T>()
    const flight: Flight<T, News> = { promise, abort, listeners }
    this.#flights.set(key, flight)
    const land = () => this.#land(key, flight)
    // Every caller may have left by the time it fails; those who stay see the failure through #join.
    promise.then(land, land)
    resolve(started(() => start(abort.signal, tell, land)))
    return flight
  }

  #join(key: string, flight: Flight<T, News>, signal: AbortSignal, listen: (news: News) => void): Promise<T> {
    const listener = (news: News) => listen(news)
    flight.listeners.add(listener)
    if (flight.lastNews !== undefined) listener(flight.lastNews)
    return new Promise<T>((resolve, reject) => {
      const leave = () => {
        flight.listeners.delete(listener)
        if (flight.listeners.size === 0) {
          this.#land(key, flight)
          flight.abort.abort(signal.reason)
        }
        reject(signal.reason)
      }
      const settle = () => {
        flight.listeners.delete(listener)
        signal.removeEventListener('abort', leave)
      }
      signal.addEventListener('abort', leave, { once: true })
      flight.promise.then(
        (value) => {
          settle()
          resolve(value)
        },
        (error: unknown) => {
          settle()
          reject(error)
        },
      )
    })
  }

  #land(key: string, flight: Flight<T, News>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}

/** Work that throws at once has failed like any other. */
function started<T>(start: () => Promise<T>): Promise<T> {
  try {
    return start()
  } catch (error) {
    return Promise.reject(error)
  }
}
