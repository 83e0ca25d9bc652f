import { fault } from '../errors/provider-error.ts'
import {
  findMemoryUse,
  fitsOnceCollected,
  type MemoryWatch,
  type ReadMemoryUse,
} from '../process/memory/memory-limit.ts'
import { isLargeClass } from './plan-turns.ts'

/** What reading takes for each character, and at most: 170 bytes and 16.5 MiB were measured. */
const bytesOfCharacter = 170
const mostBytes = 17 * 2 ** 20
/** What other mounts may come to meanwhile. */
const spareBytes = 12 * 2 ** 20

/**
 * Makes what looks after the memory limit of our container before a large class is read: over it the kernel would kill the
 * provider, and all mounts with it. Smaller ones are read whatever there is. `characters`: of the text of `objects`.
 *
 * What it gives throws ProviderError OBJECTS_EXCEED_MEMORY.
 */
export function createReadingRoom({ read = findMemoryUse(), collect }: MemoryWatch) {
  return (characters: number): void => {
    if (!isLargeClass(characters)) return
    const neededBytes = spareBytes + Math.min(characters * bytesOfCharacter, mostBytes)
    if (fitsOnceCollected(() => fits(read, neededBytes), collect)) return
    const { limit: limitBytes = 0, used: memoryUsed } = read() ?? {}
    throw fault('OBJECTS_EXCEED_MEMORY', { characters, neededBytes, limitBytes }, { log: { memoryUsed } })
  }
}

function fits(read: ReadMemoryUse, bytes: number): boolean {
  const use = read()
  if (use === undefined || use.used + bytes <= use.limit) return true
  return use.used - use.parts().files + bytes <= use.limit
}
