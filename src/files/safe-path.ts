import { fault } from '../errors/provider-error.ts'
import { pathProblem } from '../plan/paths/file-name.ts'
import type { Pause } from '../process/in-turns.ts'
import { newParentsOf } from './payload/payload-dir.ts'

/**
 * Checks paths for what they may do to the node.
 *
 * The plan was checked for this before; the writer does not rely on it, since a path that leaves the volume would
 * overwrite the node's files as root.
 *
 * @throws {ProviderError} FILE_PATH_UNSAFE unless all paths are relative, clean, within the volume and free of collisions.
 */
export async function checkPaths(paths: readonly string[], pause: Pause): Promise<void> {
  const seen = new Set<string>()
  for (const path of paths) {
    const problem = seen.has(path) ? 'is there twice' : pathProblem(path)
    if (problem !== undefined) throw fault('FILE_PATH_UNSAFE', { path, reason: `it ${problem}` })
    seen.add(path)
    const turn = pause()
    if (turn !== undefined) await turn
  }
  const directories = new Set<string>()
  for (const path of paths) {
    for (const parent of newParentsOf(path, directories)) {
      if (seen.has(parent))
        throw fault('FILE_PATH_UNSAFE', { path, reason: 'a file has the name of its directory' })
      directories.add(parent)
    }
    const turn = pause()
    if (turn !== undefined) await turn
  }
}
