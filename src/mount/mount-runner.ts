import { createRequestRoom } from '../admission/request-room.ts'
import { boundText } from '../errors/bound-text.ts'
import { describeDefect } from '../errors/describe-defect.ts'
import { eventText, fault, ProviderError } from '../errors/provider-error.ts'
import type { MountAnswer } from '../files/deliver.ts'
import { TurnGate } from '../process/gate.ts'
import type { Log } from '../process/log.ts'
import type { MemoryWatch } from '../process/memory/memory-limit.ts'
import type { RawMountRequest } from '../request/mount-request.ts'
import { requestBytes } from '../request/request-size.ts'
import type { MountCall } from '../rpc/answer-mount.ts'
import type { Metrics } from './metrics.ts'
import { type MountSteps, mount } from './mount.ts'
import { type MountSpan, MountTrace, stageInWords } from './mount-trace.ts'

/** kubelet gives up after 120 s; the answer must be ours, and final, before that. */
const mountTimeMs = 100_000
/** grpc-js answers DEADLINE_EXCEEDED by itself at the caller's deadline, which kubelet takes for "maybe mounted". */
const deadlineMarginMs = 5_000
/** Mounts under way at once, as many as a node has pods. What they may hold of values is bounded in src/admission/. */
const maxMounts = 110
const maxWaiting = 2_000
/** Warnings that a log line names. */
const mostWarnings = 10

interface RunnerOptions<Identity> {
  readonly steps: MountSteps<Identity>
  readonly log: Log
  readonly metrics: Metrics
  /** Absent unless the environment asks for traces. */
  readonly tracer?: { begin(): MountSpan } | undefined
  /** Of our own control group, and without large requests, unless told. */
  readonly memory?: Partial<MemoryWatch>
}

/** Runs mounts within their limits. */
export interface MountRunner {
  run(raw: RawMountRequest, call: MountCall): Promise<MountAnswer>
  readonly underWay: number
  readonly waiting: number
}

/**
 * Runs mounts within their limits: so many at once, each with an end of its own before kubelet's, and one log line for
 * each. What a mount throws is a ProviderError, whatever went wrong.
 */
export function createMountRunner<Identity>({
  steps,
  log,
  metrics,
  tracer,
  memory,
}: RunnerOptions<Identity>): MountRunner {
  const room = createRequestRoom(memory)
  const gate = new TurnGate(maxMounts)
  return {
    get underWay() {
      return gate.inside
    },
    get waiting() {
      return room.waiting + gate.waiting
    },
    async run(raw, call) {
      const span = tracer?.begin()
      const trace = new MountTrace(raw, log, span)
      const end = (code: string) => {
        const seconds = (performance.now() - trace.begun) / 1000
        const { warm, sharedReads: shared } = trace
        metrics.mountEnded({ code, warm, seconds, shared, stageSeconds: trace.stageSeconds() })
        span?.end(trace, code)
        return {
          outcome: code === 'OK' ? 'success' : 'error',
          code,
          callerLost: call.signal.aborted || undefined,
          ...trace.describe(),
          ms: Math.round(seconds * 1000),
        }
      }
      try {
        if (gate.waiting >= maxWaiting) throw fault('TOO_MANY_MOUNTS', { waiting: gate.waiting })
        const answer = await withinTime(call, trace, (signal) =>
          room.run(requestBytes(raw), signal, () =>
            gate.run(signal, () => {
              if (span !== undefined) return span.during(() => mount(raw, steps, trace, signal))
              return mount(raw, steps, trace, signal)
            }),
          ),
        )
        log.info(end('OK'), 'mounted')
        const { warnings, nullTexts } = trace
        if (nullTexts > 0) metrics.nullTexts(nullTexts)
        if (warnings.length > 0) {
          const more = Math.max(0, warnings.length - mostWarnings) || undefined
          log.warn(
            { ...trace.who(), warnings: warnings.slice(0, mostWarnings), more },
            'check the SecretProviderClass',
          )
        }
        return answer
      } catch (error) {
        const final = toFinal(error, call.signal)
        const cause = final.code === 'INTERNAL_FAULT' ? describeDefect(error) : undefined
        log.error(
          { ...end(final.code), error: boundText(eventText(final)), ...final.log, cause },
          'mount failed',
        )
        throw final
      }
    },
  }
}

/**
 * Ends `run` by its own deadline, or when the provider shuts down, whatever it is doing. A caller that is gone ends it too,
 * but not while it is writing.
 *
 * A driver that dies in its first mount leaves kubelet with "maybe mounted", and the next driver says that all is well:
 * the pod starts with what the volume has by then. The values are there, and the rest takes milliseconds.
 */
function withinTime(
  call: MountCall,
  trace: MountTrace,
  run: (signal: AbortSignal) => Promise<MountAnswer>,
): Promise<MountAnswer> {
  const ms = Math.min(mountTimeMs, call.deadline - Date.now() - deadlineMarginMs)
  const abort = new AbortController()
  return new Promise<MountAnswer>((resolve, reject) => {
    const giveUp = (reason: unknown) => {
      clearTimeout(timer)
      abort.abort(reason)
      reject(reason)
    }
    const timer = setTimeout(() => giveUp(timedOut(ms, trace)), Math.max(0, ms))
    const cancel = () => {
      const { reason } = call.signal
      if (trace.stage !== 'write' || reason instanceof ProviderError) giveUp(reason)
    }
    if (call.signal.aborted) cancel()
    call.signal.addEventListener('abort', cancel, { once: true })
    run(abort.signal)
      .then((answer) => {
        if (abort.signal.aborted) answer.over?.()
        resolve(answer)
      }, reject)
      .finally(() => {
        clearTimeout(timer)
        call.signal.removeEventListener('abort', cancel)
      })
  })
}

function timedOut(ms: number, trace: MountTrace): ProviderError {
  return fault('MOUNT_TIMED_OUT', {
    seconds: Math.max(0, Math.round(ms / 1000)),
    stage: stageInWords[trace.stage],
  })
}

/** A mount ends in an error of ours or none: what libraries throw could be a status that empties the volume. */
function toFinal(error: unknown, signal: AbortSignal): ProviderError {
  if (error instanceof ProviderError) return error
  return signal.aborted && error === signal.reason
    ? fault('MOUNT_CANCELLED', {}, { cause: error })
    : fault('INTERNAL_FAULT', {}, { cause: error })
}
