import { fault } from '../errors/provider-error.ts'
import { findMemoryUse, type ReadMemoryUse } from '../process/memory/memory-limit.ts'

/** Classes that are smaller are read whatever there is. */
const largeCharacters = 32 * 2 ** 10
/** What reading takes for each character, and at most: 200 bytes and 27 MiB were measured. */
const bytesOfCharacter = 250
const mostBytes = 30 * 2 ** 20

interface ReadingRoomOptions {
  readonly read?: ReadMemoryUse
  /** Frees what garbage holds. */
  readonly collect: () => void
}

/**
 * Makes what looks after the memory limit of our container before a large class is read: over it the kernel would kill the
 * provider, and all mounts with it. `characters`: of the text of `objects`.
 *
 * What it gives throws ProviderError OBJECTS_EXCEED_MEMORY.
 */
export function createReadingRoom({ read = findMemoryUse(), collect }: ReadingRoomOptions) {
  return (characters: number): void => {
    if (characters <= largeCharacters) return
    const neededBytes = Math.min(characters * bytesOfCharacter, mostBytes)
    if (fits(read, neededBytes)) return
    collect()
    if (fits(read, neededBytes)) return
    const { limit: limitBytes = 0, used: memoryUsed } = read() ?? {}
    throw fault('OBJECTS_EXCEED_MEMORY', { characters, neededBytes, limitBytes }, { log: { memoryUsed } })
  }
}

function fits(read: ReadMemoryUse, bytes: number): boolean {
  const use = read()
  if (use === undefined || use.used + bytes <= use.limit) return true
  return use.used - use.parts().files + bytes <= use.limit
}
