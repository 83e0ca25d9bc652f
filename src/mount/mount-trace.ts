import type { AwsCall, AwsFailure } from '../aws/failures/failure.ts'
import type { CallObserver } from '../aws/tries.ts'
import { quote } from '../errors/kind.ts'
import type { ProviderError } from '../errors/provider-error.ts'
import type { WriteResult } from '../files/write-set.ts'
import type { MountPlan, Regions } from '../plan/mount-plan.ts'
import { type Log, silentLog } from '../process/log.ts'
import type { MountRequest, RawMountRequest } from '../request/mount-request.ts'
import { parameterNames } from '../request/parameter-fields.ts'
import { isFromSyncController, syncController } from '../request/sync-controller.ts'
import type { ReadObserver } from '../store/read-context.ts'
import { claimedPod } from './claimed-pod.ts'

/** The stages of a mount, as its log line, its spans and its time-out name them. */
export type Stage = 'queue' | 'request' | 'region' | 'identity' | 'fetch' | 'extract' | 'write'

/** What each stage means in a sentence: "… while …". */
export const stageInWords: Readonly<Record<Stage, string>> = {
  queue: 'waiting for other mounts of this node',
  request: 'reading the request',
  region: 'finding the region',
  identity: 'finding the identity of the pod',
  fetch: 'reading from AWS',
  extract: 'making the files of the values',
  write: 'writing the files',
}

/** One stage of a mount; milliseconds of the process's monotonic clock. */
export interface StageTime {
  readonly stage: Stage
  readonly begun: number
  readonly ended: number
}

/** A stage under way: a mount may end before it does. */
type OpenStage = Omit<StageTime, 'ended'>

/** Failures and request ids that a log line names, at most. */
const mostListed = 20
/** Characters of AWS's own sentences that a log line has, together. */
const mostWords = 4_000

/** What a span tells of a mount that has ended. */
export type EndedMount = Pick<MountTrace, 'stages' | 'describe'>

/** What a trace collector hears of one mount. */
export interface MountSpan extends CallObserver {
  readonly traceId: string
  /** Runs the mount so that calls of clients that know no mount are told with it. */
  during<T>(run: () => T): T
  end(mount: EndedMount, code: string): void
}

/** What happens during one mount, for its one log line. Holds names and numbers, never values. */
export class MountTrace implements ReadObserver {
  warm = false
  written: WriteResult | undefined
  readonly begun = performance.now()
  readonly #ended: StageTime[] = []
  /** A mount begins by waiting for its turn. */
  #latest: OpenStage = { stage: 'queue', begun: this.begun }
  #isOpen = true
  readonly #raw: Pick<RawMountRequest, 'attributes' | 'targetPath'>
  readonly #calls = new Map<string, number>()
  readonly #nullTexts: { readonly code: string; readonly message: string }[] = []
  readonly #failures: Record<string, string | undefined>[] = []
  readonly #requestIds = new Set<string>()
  #request: MountRequest | undefined
  #regions: Regions | undefined
  #plan: MountPlan | undefined
  #identity: string | undefined
  #wordsLeft = mostWords
  #shared = 0
  #failed = 0

  readonly #log: Pick<Log, 'debug'>
  /** Absent unless traces are asked for. */
  readonly #span: MountSpan | undefined

  constructor(
    raw: Pick<RawMountRequest, 'attributes' | 'targetPath'>,
    log: Pick<Log, 'debug'> = silentLog,
    span?: MountSpan,
  ) {
    this.#span = span
    this.#raw = raw
    this.#log = log
  }

  async during<T>(stage: Stage, run: () => T | Promise<T>): Promise<T> {
    this.#endStage()
    this.#latest = { stage, begun: performance.now() }
    this.#isOpen = true
    try {
      return await run()
    } finally {
      this.#endStage()
    }
  }

  #endStage(): void {
    if (this.#isOpen) this.#ended.push({ ...this.#latest, ended: performance.now() })
    this.#isOpen = false
  }

  /** The stage under way, or the last one. */
  get stage(): Stage {
    return this.#latest.stage
  }

  /** All that were reached; the one under way as if it ended now. */
  get stages(): readonly StageTime[] {
    return this.#isOpen ? [...this.#ended, { ...this.#latest, ended: performance.now() }] : this.#ended
  }

  asked(request: MountRequest): MountRequest {
    this.#request = request
    return request
  }

  located(regions: Regions): Regions {
    this.#regions = regions
    return regions
  }

  planned(plan: MountPlan): MountPlan {
    this.#plan = plan
    return plan
  }

  /** An extract that is the text null, made of nothing, which fails nothing. */
  nullText({ code, message }: ProviderError): void {
    this.#nullTexts.push({ code, message })
  }

  identified(identity: string): void {
    this.#identity = identity
  }

  answered(call: AwsCall, milliseconds: number, requestId?: string): void {
    this.#log.debug({ ...this.who(), ...call, ms: Math.round(milliseconds), requestId }, 'AWS answered')
    this.#span?.answered(call, milliseconds, requestId)
    this.#count(call)
    if (requestId !== undefined && this.#requestIds.size < mostListed) this.#requestIds.add(requestId)
  }

  failed(call: AwsCall, failure: AwsFailure, milliseconds: number): void {
    const { code, kind, requestId, words } = failure
    const about = { code, kind, requestId, words: words ?? failure.message }
    this.#log.debug({ ...this.who(), ...call, ms: Math.round(milliseconds), ...about }, 'AWS failed')
    this.#span?.failed(call, failure, milliseconds)
    this.#count(call)
    this.#failed += 1
    if (this.#failures.length >= mostListed) return
    this.#wordsLeft -= words?.length ?? 0
    const told = this.#wordsLeft >= 0 ? words : undefined
    this.#failures.push({ service: call.service, region: call.region, code, kind, requestId, words: told })
  }

  #count({ operation }: AwsCall): void {
    this.#calls.set(operation, (this.#calls.get(operation) ?? 0) + 1)
  }

  shared(reads = 1): void {
    this.#shared += reads
  }

  get sharedReads(): number {
    return this.#shared
  }

  get nullTexts(): number {
    return this.#nullTexts.length
  }

  /** What is odd about the class or its values, for the log. */
  get warnings(): readonly { readonly code: string; readonly message: string }[] {
    const parameters = (this.#request?.unknownParameters ?? []).map((parameter) => ({
      code: 'PARAMETER_UNKNOWN',
      message: `parameter ${quote(parameter)} is unknown and ignored; known ones are ${parameterNames.join(', ')}`,
    }))
    return [...parameters, ...(this.#plan?.warnings ?? []), ...this.#nullTexts]
  }

  /** Whose mount it is; of a request that could not be read, whose it says it is. */
  who(): Readonly<Record<string, unknown>> {
    const pod = this.#request?.pod ?? claimedPod(this.#raw.attributes)
    return {
      namespace: pod.namespace,
      pod: pod.name,
      podUid: pod.uid,
      serviceAccount: pod.serviceAccount,
      traceId: this.#span?.traceId,
      // Its requests name the controller's own pod, and not in its namespace.
      caller: isFromSyncController(this.#raw) ? syncController : undefined,
    }
  }

  /** The fields of the mount's log line. */
  describe(): Readonly<Record<string, unknown>> {
    return {
      ...this.who(),
      identity: this.#identity,
      regions: this.#regions,
      objects: this.#plan?.objects.length,
      warm: this.warm,
      calls: Object.fromEntries(this.#calls),
      shared: this.#shared,
      failedTries: this.#failed,
      failures: this.#failures.length > 0 ? this.#failures : undefined,
      awsRequestIds: this.#requestIds.size > 0 ? [...this.#requestIds] : undefined,
      files: this.written,
      targetPath: this.#raw.targetPath.slice(0, 500),
      stageMs: Object.fromEntries(
        [...this.stageSeconds()].map(([stage, seconds]) => [stage, Math.round(seconds * 10_000) / 10]),
      ),
    }
  }

  /** Seconds in each stage that was reached. */
  stageSeconds(): ReadonlyMap<Stage, number> {
    const seconds = new Map<Stage, number>()
    for (const { stage, begun, ended } of this.stages) {
      seconds.set(stage, (seconds.get(stage) ?? 0) + (ended - begun) / 1000)
    }
    return seconds
  }
}
