import { fault } from '../errors/provider-error.ts'
import { parentsOf } from './payload-dir.ts'

/**
 * Throws unless all paths are relative, clean, within the volume and free of collisions.
 *
 * The plan was checked for this before; the writer does not rely on it, since a path that leaves the volume
 * would overwrite the node's files as root.
 */
export function checkPaths(paths: readonly string[]): void {
  if (paths.length === 0) throw fault('VOLUME_EMPTY', {})
  const seen = new Set<string>()
  for (const path of paths) {
    const reason = seen.has(path) ? 'it is there twice' : unsafe(path)
    if (reason !== undefined) throw fault('FILE_PATH_UNSAFE', { path, reason })
    seen.add(path)
  }
  for (const path of paths) {
    const parent = parentsOf(path).find((each) => seen.has(each))
    if (parent !== undefined)
      throw fault('FILE_PATH_UNSAFE', { path, reason: 'a file has the name of its directory' })
  }
}

function unsafe(path: string): string | undefined {
  if (path.includes('\0')) return 'it contains a NUL'
  if (path.startsWith('..')) return 'it starts with ..'
  if (Buffer.byteLength(path) > 4096) return 'it is over 4096 bytes'
  for (const element of path.split('/')) {
    if (element === '' || element === '.' || element === '..') return 'it is not a clean relative path'
    if (Buffer.byteLength(element) > 255) return 'an element of it is over 255 bytes'
  }
  return undefined
}
