import type { Sensitive } from '../process/sensitive.ts'

/** What a store answered for one object. */
export interface ObjectValue {
  /** As the store reports it: a VersionId, or a parameter's version number as text. */
  readonly version: string
  readonly content: Sensitive<Uint8Array>
  /** Bytes that were not kept, since the mount has too many already. */
  readonly leftOut?: number
  readonly region: string
}
