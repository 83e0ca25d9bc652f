import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { lstatSync, type Stats } from 'node:fs'
import type { VolumeFile } from '../../content/volume-file.ts'
import type { FileAccess } from '../../plan/mount-plan.ts'
import { digestNameFor } from '../hidden-name.ts'
import { pathIn, writeNewFile } from './payload-dir.ts'
import { readOldFile } from './read-old-file.ts'

/*
 * A file that was given to another user with mode 0400 is one that we cannot read any more, root without capabilities
 * as we are. To know later whether it still is what a mount wants, a keyed digest of all such files of a payload lies
 * beside it, where nobody who lists the set finds it. The capability to read them (DAC_READ_SEARCH) would open every file of the node.
 */

const keyBytes = 32
const digestBytes = 32

/** Whose files are that nobody gave away. Asked for once: this is looked at for each file of each mount. */
const us = process.geteuid?.()
const ourGroup = process.getegid?.()

/** Whether we can read a file back that we have written. */
export function isReadBack({ mode, owner }: FileAccess): boolean {
  return owner === undefined && (mode & 0o400) !== 0
}

/** Whether a file that was found is whose it shall be, with the mode it shall have. */
export function hasAccess(found: Pick<Stats, 'mode' | 'uid' | 'gid'>, access: FileAccess): boolean {
  const { mode, owner = us, group = ourGroup } = access
  return (found.mode & 0o7777) === mode && found.uid === owner && found.gid === group
}

/**
 * Writes the digest of those files of a payload that we cannot read back, beside it.
 * @throws what the kernel says.
 */
export function writeDigest(directory: string, unread: readonly VolumeFile[]): void {
  const key = randomBytes(keyBytes)
  const digest = digestBy(key, directory, unread)
  if (digest === undefined) return
  writeNewFile(digestNameFor(directory), Buffer.concat([key, digest]), { mode: 0o400 })
}

/**
 * Whether these files, none of which we can read back, are those that the digest was made of.
 * @throws without one.
 */
export function digestHolds(directory: string, unread: readonly VolumeFile[]): boolean {
  const written = readOldFile(digestNameFor(directory), ({ size }) => size === keyBytes + digestBytes)
  if (written === undefined) return false
  const digest = digestBy(written.subarray(0, keyBytes), directory, unread)
  return digest !== undefined && timingSafeEqual(digest, written.subarray(keyBytes))
}

/**
 * Of what the files shall hold, and of when they were changed last: whoever writes to one changes that. Undefined when
 * one is not there as it was written.
 */
function digestBy(key: Uint8Array, directory: string, files: readonly VolumeFile[]): Buffer | undefined {
  const hmac = createHmac('sha256', key)
  for (const file of files.toSorted((one, other) => (one.path < other.path ? -1 : 1))) {
    const bytes = file.content.reveal()
    const found = lstatSync(pathIn(directory, file.path), { bigint: true })
    const [mode, uid, gid] = [Number(found.mode), Number(found.uid), Number(found.gid)]
    if (!found.isFile() || Number(found.size) !== bytes.byteLength) return undefined
    if (!hasAccess({ mode, uid, gid }, file)) return undefined
    // Deno tells the time of a change in seconds, that of a write in milliseconds.
    const times = [String(found.ctimeNs), String(found.mtimeNs)]
    hmac.update(JSON.stringify([file.path, ...times, bytes.byteLength]))
    hmac.update(bytes)
  }
  return hmac.digest()
}
