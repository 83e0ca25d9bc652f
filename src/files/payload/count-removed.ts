import type { VolumeFile } from '../../content/volume-file.ts'
import type { Pause } from '../../process/in-turns.ts'
import { listFiles } from './payload-dir.ts'

/** How many files of a payload are not among those that take its place. Pauses between them. */
export async function countRemoved(
  directory: string,
  files: readonly VolumeFile[],
  pause: Pause,
): Promise<number> {
  const kept = new Set(files.map(({ path }) => path))
  let removed = 0
  for (const path of filesThere(directory)) {
    if (!kept.has(path)) removed += 1
    const turn = pause()
    if (turn !== undefined) await turn
  }
  return removed
}

/** None of a payload that another process has replaced meanwhile. */
function filesThere(directory: string): readonly string[] {
  try {
    return listFiles(directory)
  } catch {
    return []
  }
}
