import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'

/** O_NONBLOCK: a FIFO that someone put there must not hold us. */
const oldFile = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/**
 * The bytes of a regular file in a volume; undefined for one that is not wanted as it was found, or that shrinks meanwhile.
 *
 * Who may write to a volume may put anything there, and change it at any moment: a link to a file of the provider, a
 * FIFO, a file larger than memory. So `isWanted` bounds the size, and is asked of what is open already.
 *
 * @throws what the kernel says, also of a symlink.
 */
export function readOldFile(path: string, isWanted: (found: Stats) => boolean): Buffer | undefined {
  const descriptor = openSync(path, oldFile)
  try {
    const found = fstatSync(descriptor)
    if (!found.isFile() || !isWanted(found)) return undefined
    // Not from the shared pool, where other users of uninitialised buffers would find the secret.
    const bytes = Buffer.allocUnsafeSlow(found.size)
    let filled = 0
    while (filled < bytes.length) {
      const read = readSync(descriptor, bytes, filled, bytes.length - filled, null)
      if (read === 0) return undefined
      filled += read
    }
    return bytes
  } finally {
    closeSync(descriptor)
  }
}
