import type { Sensitive } from '../process/sensitive.ts'

/** A file as it shall stand in the pod's volume. */
export interface VolumeFile {
  /** Clean path relative to the volume's root. */
  readonly path: string
  /** Permission bits, e.g. 0o644. */
  readonly mode: number
  readonly content: Sensitive<Uint8Array>
  readonly version: string
}
