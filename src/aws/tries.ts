import { type Clock, systemClock } from '../process/clock.ts'
import type { Gate } from '../process/gate.ts'
import { untilAborted } from '../process/until-aborted.ts'
import { type AwsCall, AwsFailure, toAwsFailure } from './failures/failure.ts'

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

/** What one try of a call tells on its way. */
export interface TryEvents {
  /** AWS's id of the request, as soon as it is known. */
  identified(requestId: string | undefined): void
  /** The try waits for AWS from now on, and no longer for a turn or a connection of ours: its time begins. */
  begun(): void
}

/** One try of a call, bounded in time by the transport. */
export type Attempt<T> = (signal: AbortSignal, events: TryEvents) => Promise<T>

/** What the tries of a call go by. */
export interface TryOptions {
  readonly observers: readonly CallObserver[]
  /** Lets a try begin when its turn comes; the time spent waiting for it is not the try's. */
  readonly gate?: Gate
  /** AWS_MAX_ATTEMPTS: tries for every class of failure; unset = 3, and 30 s of patience with throttling. */
  readonly maxTries?: number | undefined
  /** The machine's unless told. */
  readonly clock?: Clock
}

/** The reason of an abort because another region has answered and this one has had its time. */
export class GraceOver extends Error {
  override readonly name = 'GraceOver'
}

/** A try that was given up for another region's answer says something of its own region only after this long. */
const telltaleSilenceMs = 900

/**
 * Calls AWS until it answers, the failure is final, or the tries are used up.
 *
 * Network errors and 5xx: 3 tries. Throttling: jittered backoff for 30 s. A clock that was off, once corrected:
 * one more try. The transport bounds each try: 5 s to a connection, 5 s from there to the last byte (AwsTransport).
 *
 * @throws {AwsFailure} the last one; the signal's reason as soon as that aborts; what is a defect of ours, as it is.
 */
export async function callWithTries<T>(
  call: AwsCall,
  attempt: Attempt<T>,
  signal: AbortSignal,
  { observers, gate = (_, run) => run(), maxTries, clock = systemClock }: TryOptions,
): Promise<T> {
  const counts = { tries: 0, throttles: 0, stale: 0, clock: 0 }
  const firstBegun = clock.now()
  for (;;) {
    signal.throwIfAborted()
    let tryBegun: number | undefined
    let requestId: string | undefined
    const events: TryEvents = {
      identified: (id) => {
        requestId = id
      },
      begun: () => {
        tryBegun ??= clock.now()
      },
    }
    const since = () => (tryBegun === undefined ? 0 : clock.now() - tryBegun)
    const report = (failure: AwsFailure) => {
      for (const each of observers) each.failed(call, failure, since())
    }
    try {
      const answer = await gate(signal, () => untilAborted(attempt(signal, events), signal))
      for (const each of observers) each.answered(call, since(), requestId)
      return answer
    } catch (error) {
      if (signal.aborted) {
        if (signal.reason instanceof GraceOver && since() > telltaleSilenceMs) report(silenceOf(call))
        throw signal.reason
      }
      const failure = toAwsFailure(error, call)
      report(failure)
      const wait = pauseBefore(failure, counts, clock.now() - firstBegun, maxTries)
      if (wait === undefined) throw failure
      for (const each of observers) each.retrying?.(call, failure)
      await clock.pause(wait, signal)
    }
  }
}

/** What is reported of a region that had not answered when another had. */
export function silenceOf(call: AwsCall): AwsFailure {
  return new AwsFailure(call, 'network', 'Timeout', 'no answer in time', { silent: true })
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
