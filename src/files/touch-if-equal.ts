import { lstatSync, utimesSync } from 'node:fs'
import { resolve } from 'node:path'
import type { VolumeFile } from '../content/volume-file.ts'
import { pauseEvery } from '../process/in-turns.ts'
import { currentPayload, isInPayload, rootEntries, visiblePaths } from './current-set.ts'
import { isRealDirectory, parentsOf, pathIn } from './payload/payload-dir.ts'
import { fileEquals, payloadEquals } from './payload/payload-equals.ts'

/**
 * Sets the modification time of a volume that the driver writes, when it shows exactly these files already,
 * and says whether it did.
 *
 * The driver asks again at every resync while that time is older than its poll interval, and does not set it
 * itself for an unchanged answer. Nothing else is ever written, and nothing is thrown: a volume that cannot
 * be read counts as different, and the driver's own write follows.
 *
 * Modes count for nothing: the driver's writer compares contents alone, so a volume of other modes stays as it is
 * whatever we answer, and AWS would be asked at every resync for ever. `onOtherMode` hears of it.
 */
export async function touchIfEqual(
  targetPath: string,
  files: readonly VolumeFile[],
  onOtherMode: () => void = () => {},
): Promise<boolean> {
  const target = resolve(targetPath)
  try {
    if (!lstatSync(target).isDirectory() || !(await showsFiles(target, files, onOtherMode))) return false
    const now = new Date()
    utimesSync(target, now, now)
    return true
  } catch {
    // No volume yet, or none of ours to read: the driver will write it and meet the reason itself.
    return false
  }
}

/** Through the links of the driver's writer (Kubernetes' AtomicWriter), or as plain files of older drivers. */
async function showsFiles(
  target: string,
  files: readonly VolumeFile[],
  onOtherMode: () => void,
): Promise<boolean> {
  const pause = pauseEvery(2)
  const entries = rootEntries(target)
  const current = currentPayload(target, entries)
  if (current !== undefined) {
    const visible = visiblePaths(
      target,
      files.map(({ path }) => path),
      entries,
    )
    const shown = visible.every(({ path, kind }) => kind === 'ours' && isInPayload(target, current, path))
    return shown && (await payloadEquals(pathIn(target, current), files, pause, onOtherMode))
  }
  for (const file of files) {
    const parents = parentsOf(file.path).map((parent) => pathIn(target, parent))
    if (!parents.every(isRealDirectory) || !fileEquals(pathIn(target, file.path), file, onOtherMode))
      return false
    await pause()
  }
  // No files, and no set: nothing may be there at all.
  return files.length > 0 || entries.size === 0
}
