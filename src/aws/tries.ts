import { setTimeout as sleep } from 'node:timers/promises'
import { SilenceError } from '../http/http-errors.ts'
import { silenceTimer } from '../process/silence-timer.ts'
import { type AwsCall, AwsFailure, toAwsFailure } from './failures/failure.ts'

/** One try, from the request to the whole answer. */
const tryTimeoutMs = 5_000
/** Tries of a call that meets network errors or 5xx. */
const defaultMaxTries = 3
/** How long throttling is answered with patience. */
const throttlingPatienceMs = 30_000
/** Pooled connections that the server had closed cost a try each, through no fault of the region. */
const maxStaleConnections = 8

/** What others want to know of a call's tries: metrics, the mount's log line, the breaker. */
export interface CallObserver {
  answered(call: AwsCall, milliseconds: number, requestId?: string): void
  failed(call: AwsCall, failure: AwsFailure, milliseconds: number): void
  /** The failed try gets another one. */
  retrying?(call: AwsCall, failure: AwsFailure): void
}

/** One try of a call; says AWS's id of the request when it knows it. */
export type Attempt<T> = (
  signal: AbortSignal,
  identified: (requestId: string | undefined) => void,
) => Promise<T>

/** Runs a try when the region's turn comes; the time spent waiting for it is not the try's. */
export type Gate = <T>(run: () => Promise<T>) => Promise<T>

export interface TryOptions {
  readonly observers: readonly CallObserver[]
  readonly gate?: Gate
  /** AWS_MAX_ATTEMPTS: tries for every class of failure; unset = 3, and 30 s of patience with throttling. */
  readonly maxTries?: number | undefined
}

/** The reason of an abort because another region has answered and this one has had its time. */
export class GraceOver extends Error {
  override readonly name = 'GraceOver'
}

/** A try that was given up for another region's answer says something of its own region only after this long. */
const telltaleSilenceMs = 900

/**
 * Calls AWS until it answers, the failure is final, or the tries are used up. Throws an AwsFailure, or the
 * signal's reason.
 *
 * Network errors and 5xx: 3 tries. Throttling: jittered backoff for 30 s. A clock that was off, once corrected:
 * one more try. Each try is bounded to 5 s as a whole (connect, TLS, a dripping body).
 */
export async function callWithTries<T>(
  call: AwsCall,
  attempt: Attempt<T>,
  signal: AbortSignal,
  { observers, gate = (run) => run(), maxTries }: TryOptions,
): Promise<T> {
  const counts = { tries: 0, throttles: 0, stale: 0, clock: 0 }
  const begun = performance.now()
  for (;;) {
    let tryBegun = performance.now()
    let sent = false
    let requestId: string | undefined
    const report = (failure: AwsFailure) => {
      for (const each of observers) each.failed(call, failure, performance.now() - tryBegun)
    }
    try {
      const answer = await gate(() => {
        signal.throwIfAborted()
        tryBegun = performance.now()
        sent = true
        return oneTry((within) => attempt(within, (id) => (requestId = id)), signal)
      })
      for (const each of observers) each.answered(call, performance.now() - tryBegun, requestId)
      return answer
    } catch (error) {
      if (signal.aborted) {
        const silentMs = performance.now() - tryBegun
        if (sent && signal.reason instanceof GraceOver && silentMs > telltaleSilenceMs)
          report(silenceOf(call))
        throw signal.reason
      }
      const failure = toAwsFailure(error, call)
      report(failure)
      const wait = pauseBefore(failure, counts, performance.now() - begun, maxTries)
      if (wait === undefined) throw failure
      for (const each of observers) each.retrying?.(call, failure)
      await sleep(wait, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
  }
}

/** What is reported of a region that had not answered when another had. */
export function silenceOf(call: AwsCall): AwsFailure {
  return new AwsFailure(call, 'network', 'Timeout', 'no answer in time', { silent: true })
}

/** Runs one try under the 5 s bound, which also ends a call that never looks at its signal. */
function oneTry<T>(attempt: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  const abort = new AbortController()
  return new Promise<T>((resolve, reject) => {
    const giveUp = (reason: unknown) => {
      abort.abort(reason)
      reject(reason)
    }
    const cancel = () => giveUp(signal.reason)
    const stopWaiting = silenceTimer(tryTimeoutMs, () =>
      giveUp(new SilenceError(`no answer within ${tryTimeoutMs / 1000} s`)),
    )
    signal.addEventListener('abort', cancel, { once: true })
    const settle = () => {
      stopWaiting()
      signal.removeEventListener('abort', cancel)
    }
    attempt(abort.signal).then(
      (answer) => {
        settle()
        resolve(answer)
      },
      (error: unknown) => {
        settle()
        reject(error)
      },
    )
  })
}

interface Counts {
  tries: number
  throttles: number
  stale: number
  clock: number
}

/** Milliseconds until the next try; undefined when there is none. */
function pauseBefore(
  failure: AwsFailure,
  counts: Counts,
  elapsedMs: number,
  maxTries: number | undefined,
): number | undefined {
  if (failure.code === 'StaleConnection' && counts.stale < maxStaleConnections) {
    counts.stale += 1
    return 0
  }
  if (failure.clockCorrected && counts.clock === 0) {
    counts.clock += 1
    return 0
  }
  if (failure.kind === 'client') return undefined
  if (failure.kind === 'throttling' && maxTries === undefined) {
    counts.throttles += 1
    const pause = jitter(Math.min(5_000, 100 * 2 ** counts.throttles))
    return elapsedMs + pause > throttlingPatienceMs ? undefined : pause
  }
  counts.tries += 1
  return counts.tries >= (maxTries ?? defaultMaxTries) ? undefined : jitter(100 * 2 ** counts.tries)
}

/** Between half of `ms` and all of it. */
function jitter(ms: number): number {
  return ms / 2 + (Math.random() * ms) / 2
}
