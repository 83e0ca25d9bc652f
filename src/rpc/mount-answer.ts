import type { VolumeFile } from '../files/volume-file.ts'

/** What a mount tells the driver. */
export interface MountAnswer {
  /** A file's path in the volume and the version AWS reports: one entry a file, never none. */
  readonly objectVersions: readonly { readonly id: string; readonly version: string }[]
  /** The files themselves when the driver writes them; else none. */
  readonly files: readonly VolumeFile[]
}
