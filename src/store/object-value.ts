import type { Sensitive } from '../process/sensitive.ts'

/** What a store answered for one object. */
export interface ObjectValue {
  /** As the store reports it: a VersionId, or a parameter's version number as text. */
  readonly version: string
  readonly content: Sensitive<Uint8Array>
  /** Whether it was stored as bytes (SecretBinary), whatever they are. */
  readonly isBinary?: boolean
  /** Bytes that were not kept, since the mount has too many already. */
  readonly leftOut?: number
  readonly region: string
}

/** What a store answered for an object that stands for many. */
export interface ObjectSet {
  readonly members: readonly SetMember[]
}

/** One of them. */
export interface SetMember {
  /** Its whole name in the store. */
  readonly name: string
  /** Its name below the path that was read; of a query the whole name. */
  readonly below: string
  readonly value: ObjectValue
}
