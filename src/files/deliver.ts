import type { VolumeFile } from '../content/volume-file.ts'
import type { MountRequest } from '../request/mount-request.ts'

import type { MemoryRoom } from './memory-room.ts'
import { checkResponseSize } from './response-size.ts'
import { TargetLocks } from './target-lock.ts'
import { touchIfEqual } from './touch-if-equal.ts'
import { type WriteResult, writeSet } from './write-set.ts'

/** What a mount tells the driver. */
export interface MountAnswer {
  /** A file's path in the volume and the version AWS reports: one entry a file, never none. */
  readonly objectVersions: readonly { readonly id: string; readonly version: string }[]
  /** The files themselves when the driver writes them; else none. */
  readonly files: readonly VolumeFile[]
}

interface DeliverySettings {
  readonly driverWritesSecrets: boolean
  readonly maxResponseBytes: number
}

interface DeliveryLog {
  warn(details: Readonly<Record<string, unknown>>, message: string): void
}

interface DeliveryTrace {
  written: WriteResult | undefined
}

/** Puts the files of a mount where they belong. Throws ProviderErrors, or the signal's reason. */
export type Deliver = (
  request: Pick<MountRequest, 'targetPath'>,
  files: readonly VolumeFile[],
  signal: AbortSignal,
  trace: DeliveryTrace,
) => Promise<MountAnswer>

/**
 * Makes the last step of a mount: files into the volume as one set, or into the answer when the driver writes
 * them. Either way the target directory's time moves, so that the driver does not ask again at every resync.
 */
export function createDelivery(
  { driverWritesSecrets, maxResponseBytes }: DeliverySettings,
  log: DeliveryLog,
  room: MemoryRoom,
  metrics: { files(counts: Readonly<Record<string, number>>): void },
): Deliver {
  const locks = new TargetLocks()
  return async ({ targetPath }, files, signal, trace) => {
    const objectVersions = files.map(({ path, version }) => ({ id: path, version }))
    if (driverWritesSecrets) {
      const answer = { objectVersions, files }
      checkResponseSize(answer, maxResponseBytes)
      // It is let go when the answer is on its way: nothing yields until it is put together.
      room.hold(files, true)()
      let others = 0
      const isShown = await touchIfEqual(targetPath, files, () => {
        others += 1
      })
      if (isShown && others > 0) {
        const advice =
          'the driver does not change the mode of a file whose content is the same: recreate the pod'
        log.warn({ targetPath: targetPath.slice(0, 500), files: others }, advice)
      }
      metrics.files({ sent: files.length })
      return answer
    }
    const answer = { objectVersions, files: [] }
    checkResponseSize(answer, maxResponseBytes)
    trace.written = await writeSet(targetPath, files, {
      signal,
      locks,
      log,
      makeRoom: () => room.hold(files, false),
    })
    const { changed, written, removed } = trace.written
    metrics.files({ written, removed, unchanged: changed ? 0 : files.length })
    return answer
  }
}
