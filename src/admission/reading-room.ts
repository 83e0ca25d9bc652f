import timers from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import { fault } from '../errors/provider-error.ts'
import { findMemoryUse, fitsOnceCollected, type MemoryWatch } from '../process/memory/memory-limit.ts'

/** What reading takes for each character, and at most: 170 bytes and 16.5 MiB were measured. */
const bytesOfCharacter = 170
const mostBytes = 17 * 2 ** 20
/** What other mounts may come to meanwhile. */
const spareBytes = 12 * 2 ** 20
/** V8's young generation is for what comes and goes. */
const youngBytes = 8 * 2 ** 20
/** How often it looks for room, how long it waits in between, and at which looks garbage is collected. */
const looks = 15
const betweenLooksMs = 200
const looksOfCollection = 5

interface ReadingRoomParts extends MemoryWatch {
  /** Bytes of the old generation that V8 keeps and does not use. */
  readonly freeInHeap?: () => number
}

/**
 * Makes what looks after the memory limit of our container before a large class is read: over it the kernel would kill the
 * provider, and all mounts with it. It waits for some seconds: what fills the memory is a burst, as a rule, and a class that
 * has been read once is remembered. `characters`: of the text of `objects`.
 *
 * What it gives throws ProviderError OBJECTS_EXCEED_MEMORY, and the signal's reason as soon as that aborts.
 */
export function createReadingRoom({
  read = findMemoryUse(),
  collect,
  freeInHeap = keptByV8,
}: ReadingRoomParts) {
  const fits = (bytes: number) => {
    const use = read()
    if (use === undefined || use.used + bytes <= use.limit) return true
    return use.used - use.parts().files - freeInHeap() + bytes <= use.limit
  }
  return async (characters: number, signal: AbortSignal): Promise<void> => {
    const neededBytes = spareBytes + Math.min(characters * bytesOfCharacter, mostBytes)
    for (let look = 0; look < looks; look += 1) {
      const isThere = () => fits(neededBytes)
      if (look % looksOfCollection === 0 ? fitsOnceCollected(isThere, collect) : isThere()) return
      await timers.setTimeout(betweenLooksMs, undefined, { signal }).catch(() => signal.throwIfAborted())
    }
    const { limit: limitBytes = 0, used: memoryUsed } = read() ?? {}
    throw fault('OBJECTS_EXCEED_MEMORY', { characters, neededBytes, limitBytes }, { log: { memoryUsed } })
  }
}

function keptByV8(): number {
  const { total_physical_size: kept, used_heap_size: used } = getHeapStatistics()
  return Math.max(0, kept - used - youngBytes)
}
