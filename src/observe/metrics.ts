import type { AwsCall } from '../aws/failure.ts'
import type { CallObserver } from '../aws/tries.ts'
import type { WriteResult } from '../files/write-set.ts'
import type { SessionEvent } from '../identity/session-cache.ts'
import type { Failover } from '../store/read-values.ts'

/** One mount's end: `code` is `OK` or the error's code. */
export interface MountEnd {
  readonly code: string
  readonly warm: boolean
  readonly seconds: number
  readonly queueSeconds: number
}

/** What happens, as numbers: an event a method. Labels never hold names of pods, secrets or roles. */
export interface Metrics extends CallObserver {
  mountBegan(): void
  mountEnded(end: MountEnd): void
  sharedRead(): void
  session(event: SessionEvent): void
  breaker(call: Pick<AwsCall, 'service' | 'region'>, open: boolean): void
  failover(failover: Failover): void
  files(result: WriteResult): void
}

export const noMetrics: Metrics = {
  answered() {},
  failed() {},
  mountBegan() {},
  mountEnded() {},
  sharedRead() {},
  session() {},
  breaker() {},
  failover() {},
  files() {},
}
