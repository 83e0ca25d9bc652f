import { getHeapStatistics } from 'node:v8'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import { systemClock } from '../process/clock.ts'
import {
  type CollectPace,
  findMemoryUse,
  fittingOnceCollected,
  type MemoryWatch,
} from '../process/memory/memory-limit.ts'

/** What reading takes for each character, and at most: 170 bytes and 16.5 MiB were measured. */
const bytesOfCharacter = 170
const mostBytes = 17 * 2 ** 20
/** What other mounts may come to meanwhile. */
const spareBytes = 12 * 2 ** 20
/** V8's young generation is for what comes and goes. */
const youngBytes = 8 * 2 ** 20
const betweenLooksMs = 200
/** Who waits has 3 s of patience, and a collection within it. */
const pace: CollectPace = { everyMs: 1_000, futileMs: 2_000 }

interface ReadingRoomParts extends MemoryWatch {
  /** Bytes of the old generation that V8 keeps and does not use; not of the pages that it keeps apart once they are empty. */
  readonly freeInHeap?: () => number
}

/**
 * Makes what looks after the memory limit of our container before a large class is read: over it the kernel would kill the
 * provider, and all mounts with it. It waits until a time of `performance.now()`. `characters`: of the text of `objects`.
 *
 * What it gives throws ProviderError OBJECTS_EXCEED_MEMORY, and the signal's reason as soon as that aborts.
 */
export function createReadingRoom({
  read = findMemoryUse(),
  collect,
  freeInHeap = keptByV8,
}: ReadingRoomParts) {
  const fits = (reading: number) => {
    const use = read()
    if (use === undefined || use.used + spareBytes + reading <= use.limit) return true
    // What others may come to is not on V8's pages alone.
    const more = spareBytes + Math.max(0, reading - freeInHeap())
    return use.used - use.parts().files + more <= use.limit
  }
  const fitsAtLast = fittingOnceCollected(collect, pace)
  return async (characters: number, until: number, signal: AbortSignal): Promise<void> => {
    const reading = Math.min(characters * bytesOfCharacter, mostBytes)
    while (!fitsAtLast(() => fits(reading), reading)) {
      if (performance.now() >= until) throw noRoom(characters, spareBytes + reading)
      await systemClock.pause(betweenLooksMs, signal)
    }
  }

  function noRoom(characters: number, neededBytes: number): ProviderError {
    const { limit: limitBytes = 0, used: memoryUsed } = read() ?? {}
    return fault('OBJECTS_EXCEED_MEMORY', { characters, neededBytes, limitBytes }, { log: { memoryUsed } })
  }
}

function keptByV8(): number {
  const { total_physical_size: kept, used_heap_size: used } = getHeapStatistics()
  return Math.max(0, kept - used - youngBytes)
}
