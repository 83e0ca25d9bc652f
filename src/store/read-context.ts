import type { AwsCall, AwsFailure } from '../aws/failures/failure.ts'
import type { Attempt, CallObserver } from '../aws/tries.ts'
import type { Session } from '../identity/session.ts'
import type { TurnGate } from '../process/gate.ts'
import type { SharedWork } from '../process/shared-work.ts'
import type { CallGates } from './call-gates.ts'
import type { ObjectValue } from './object-value.ts'
import type { ValueBudget } from './value-budget.ts'

/** What a mount wants to know of its reads, for its log line. */
export interface ReadObserver extends CallObserver {
  /** A read joined an equal one in flight. */
  shared?(): void
}

/** What a call for several secrets gave of each, by the name it was asked by; what is not there is read alone. */
export type BatchFound = ReadonlyMap<string, ObjectValue | AwsFailure>

/** What a call of a mount brings with it. */
export interface CallOfMount {
  readonly observer: CallObserver
  readonly tell: (failure: AwsFailure) => void
  readonly turns: CallGates | undefined
}

/** What all reads of the process have in common. */
export interface Stores {
  readonly shared: SharedWork<ObjectValue, AwsFailure>
  readonly sharedBatches: SharedWork<BatchFound, AwsFailure>
  /** Calls AWS with tries, the region's gate, breaker and metrics; tells of each failed try. */
  call<T>(call: AwsCall, attempt: Attempt<T>, signal: AbortSignal, of: CallOfMount): Promise<T>
}

/** One store of one region, as one mount reads it. */
export interface ReadContext {
  readonly stores: Stores
  readonly session: Session
  readonly region: string
  readonly signal: AbortSignal
  readonly observer: ReadObserver
  /** What the mount may hold of this region, and of others that count with it. */
  readonly budget: ValueBudget
  /** Calls of a large mount that reads in several regions pass one of these before that of the region. */
  readonly callTurns?: CallGates | undefined
  /** Sets pass it. */
  readonly setTurns: TurnGate
  /** Whether several secrets are read a call. */
  readonly batchReads: boolean
  /** A read has ended, with a value or a failure. */
  readonly onEnd: () => void
  /** Each failed try of a read, also of one that another mount has started. */
  readonly onFailure: (failure: AwsFailure) => void
}
