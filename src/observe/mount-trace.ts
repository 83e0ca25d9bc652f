import type { AwsCall, AwsFailure } from '../aws/failure.ts'
import type { WriteResult } from '../files/write-set.ts'
import type { MountPlan } from '../request/mount-plan.ts'
import type { MountRequest } from '../request/mount-request.ts'
import type { ReadObserver } from '../store/read-context.ts'

/** The stages of a mount, as its log line and its time-out name them. */
export type Stage = 'queue' | 'request' | 'region' | 'identity' | 'fetch' | 'write'

/** What each stage means in a sentence: "… while …". */
export const stageInWords: Readonly<Record<Stage, string>> = {
  queue: 'waiting for other mounts of this node',
  request: 'reading the request',
  region: 'finding the region',
  identity: 'finding the identity of the pod',
  fetch: 'reading from AWS',
  write: 'writing the files',
}

/** What happens during one mount, for its one log line. Holds names and numbers, never values. */
export class MountTrace implements ReadObserver {
  stage: Stage = 'queue'
  warm = false
  written: WriteResult | undefined
  readonly #stages = new Map<Stage, number>()
  readonly #calls = new Map<string, number>()
  readonly #failures: Record<string, string>[] = []
  readonly #requestIds = new Set<string>()
  #request: MountRequest | undefined
  #plan: MountPlan | undefined
  #identity: string | undefined
  #shared = 0
  #failed = 0

  async during<T>(stage: Stage, run: () => Promise<T>): Promise<T> {
    this.stage = stage
    const begun = performance.now()
    try {
      return await run()
    } finally {
      this.#stages.set(stage, (this.#stages.get(stage) ?? 0) + performance.now() - begun)
    }
  }

  asked(request: MountRequest): MountRequest {
    this.#request = request
    return request
  }

  planned(plan: MountPlan): MountPlan {
    this.#plan = plan
    return plan
  }

  identified(identity: string, warm: boolean): void {
    this.#identity = identity
    this.warm = warm
  }

  answered(call: AwsCall): void {
    this.#calls.set(call.operation, (this.#calls.get(call.operation) ?? 0) + 1)
  }

  failed(call: AwsCall, failure: AwsFailure): void {
    this.answered(call)
    this.#failed += 1
    if (failure.requestId !== undefined) this.#requestIds.add(failure.requestId)
    if (this.#failures.length < 20) {
      this.#failures.push({
        service: call.service,
        region: call.region,
        code: failure.code,
        kind: failure.kind,
      })
    }
  }

  shared(): void {
    this.#shared += 1
  }

  get warnings(): MountPlan['warnings'] {
    return this.#plan?.warnings ?? []
  }

  /** Whose mount it is. */
  who(): Readonly<Record<string, unknown>> {
    const pod = this.#request?.pod
    return {
      namespace: pod?.namespace,
      pod: pod?.name,
      podUid: pod?.uid,
      serviceAccount: pod?.serviceAccount,
    }
  }

  /** The fields of the mount's log line. */
  describe(): Readonly<Record<string, unknown>> {
    return {
      ...this.who(),
      identity: this.#identity,
      regions: this.#plan?.regions,
      objects: this.#plan?.objects.length,
      warm: this.warm,
      calls: Object.fromEntries(this.#calls),
      shared: this.#shared,
      failedTries: this.#failed,
      failures: this.#failures.length > 0 ? this.#failures : undefined,
      awsRequestIds: this.#requestIds.size > 0 ? [...this.#requestIds] : undefined,
      files: this.written,
      stageMs: Object.fromEntries([...this.#stages].map(([stage, ms]) => [stage, Math.round(ms * 10) / 10])),
    }
  }
}
