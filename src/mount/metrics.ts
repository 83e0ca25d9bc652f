import type { AwsCall } from '../aws/failures/failure.ts'
import type { CallObserver } from '../aws/tries.ts'
import type { NeededAccess } from '../cluster/api-path.ts'
import type { SessionEvent } from '../identity/session-cache.ts'
import type { Failover } from '../store/read-values.ts'
import type { Stage } from './mount-trace.ts'

/** One mount's end: `code` is `OK` or the error's code. */
export interface MountEnd {
  readonly code: string
  readonly warm: boolean
  readonly seconds: number
  /** Reads that joined an equal one in flight. */
  readonly shared: number
  readonly stageSeconds: ReadonlyMap<Stage, number>
}

/** What became of the files of one mount. */
export interface FileCounts {
  readonly written?: number
  readonly removed?: number
  readonly unchanged?: number
  /** Sent to the driver, which writes them. */
  readonly sent?: number
}

/** A call to the Kubernetes API as a label. */
export type KubernetesCall = Pick<NeededAccess, 'verb' | 'resource'>

/** What happens, as numbers: an event a method. Labels never hold names of pods, secrets or roles. */
export interface Metrics extends CallObserver {
  mountEnded(end: MountEnd): void
  /** Bytes of secret values that mounts hold for writing; negative when they let go. */
  bytesHeld(change: number): void
  session(event: SessionEvent): void
  /** One exchange at the Pod Identity agent; `code` is `OK` or the error's code. */
  podIdentity(code: string, seconds: number): void
  /** One try of a call to the Kubernetes API; `outcome` is its HTTP status, or `network`. */
  kubernetes(call: KubernetesCall, outcome: string, seconds: number): void
  breaker(call: Pick<AwsCall, 'service' | 'region'>, open: boolean): void
  failover(failover: Failover): void
  files(counts: FileCounts): void
  /** Extracts of one mount that are the text null, which to_string() made of nothing. */
  nullTexts(count: number): void
}

/** For whoever counts nothing: the commands. */
export const noMetrics: Metrics = {
  answered() {},
  failed() {},
  retrying() {},
  mountEnded() {},
  bytesHeld() {},
  session() {},
  podIdentity() {},
  kubernetes() {},
  breaker() {},
  failover() {},
  files() {},
  nullTexts() {},
}
