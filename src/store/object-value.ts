import type { Sensitive } from '../process/sensitive.ts'

/** What a store answered for one object. */
export interface ObjectValue {
  /** As the store reports it: a VersionId, or a parameter's version number as text. */
  readonly version: string
  readonly content: Sensitive<Uint8Array>
  readonly region: string
}
