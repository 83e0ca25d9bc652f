import type { VolumeFile } from '../../content/volume-file.ts'
import type { Pause } from '../../process/in-turns.ts'
import { digestHolds, hasAccess, isReadBack } from './payload-digest.ts'
import { listFiles, pathIn } from './payload-dir.ts'
import { readOldFile } from './read-old-file.ts'

/**
 * Whether `directory` holds these files with these bytes, modes and owners, and no others; unreadable counts as no.
 * With `onOtherMode`, of a volume that the driver writes, another mode is told, and neither mode nor owner makes a difference.
 */
export async function payloadEquals(
  directory: string,
  files: readonly VolumeFile[],
  pause: Pause,
  onOtherMode?: () => void,
): Promise<boolean> {
  try {
    const listed = listFiles(directory)
    if (listed.length !== files.length) return false
    const present = new Set<string>()
    // Names of 4 KB by the thousand take a while to be told apart.
    for (const path of listed) {
      present.add(path)
      const turn = pause()
      if (turn !== undefined) await turn
    }
    for (const { path } of files) {
      if (!present.has(path)) return false
      const turn = pause()
      if (turn !== undefined) await turn
    }
    const unread: VolumeFile[] = []
    const room = roomFor(files)
    for (const file of files) {
      if (onOtherMode === undefined && !isReadBack(file)) unread.push(file)
      else if (!fileEquals(pathIn(directory, file.path), file, onOtherMode, room)) return false
      const turn = pause()
      if (turn !== undefined) await turn
    }
    return unread.length === 0 || digestHolds(directory, unread)
  } catch {
    // Gone while we looked, or not readable for us: the caller writes, and meets the error there if there is one.
    return false
  }
}

/**
 * Whether a regular file (no symlink) has the content, mode and owner; throws when it cannot be read. With
 * `onOtherMode` as above. `room` is what it is read into: as large as the content at least.
 */
export function fileEquals(
  path: string,
  file: VolumeFile,
  onOtherMode?: () => void,
  room: Buffer = roomFor([file]),
): boolean {
  const wanted = file.content.reveal()
  const bytes = readOldFile(
    path,
    (found) => {
      if (found.size !== wanted.byteLength) return false
      if (hasAccess(found, file)) return true
      if (onOtherMode === undefined) return false
      if ((found.mode & 0o7777) !== file.mode) onOtherMode()
      return true
    },
    room,
  )
  return bytes?.equals(wanted) === true
}

/** Not from the shared pool, where other users of uninitialised buffers would find the secrets. */
function roomFor(files: readonly VolumeFile[]): Buffer {
  let largest = 0
  for (const { content } of files) largest = Math.max(largest, content.reveal().byteLength)
  return Buffer.allocUnsafeSlow(largest)
}
