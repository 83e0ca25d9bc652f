import type { VolumeFile } from '../content/volume-file.ts'
import { fault } from '../errors/provider-error.ts'
import { systemClock } from '../process/clock.ts'
import { createLately } from '../process/memory/lately.ts'
import {
  type CollectPace,
  findMemoryUse,
  fittingOnceCollected,
  type MemoryWatch,
  manyLargeRequests,
} from '../process/memory/memory-limit.ts'

/** What files take beside their pages, inodes and names of them and of their links: 2.1 KB were measured. */
const besidePages = 3 * 1024
const pageBytes = 4096
/**
 * What the process itself may come to while many large mounts are under way: 52 MiB were measured, with eight of 3,000
 * files. It grows when the next class is read, long after a write has been let in.
 */
const processBytes = 55 * 2 ** 20
/** Of a limit that is smaller than it should be, the process gets no more than so much. */
const processShare = 0.55
const spareBytes = 2 * 2 ** 20
/**
 * A large set stays: it must leave room for a burst of other mounts beside it, also when the last one has just ended; for
 * more where many large requests come.
 */
const mostSpareBytes = 10 * 2 ** 20
const busySpareBytes = 25 * 2 ** 20
const largeBytes = 2 ** 20
const burstMs = 60_000
/** Large sets come again and again where there is no room: not each try is worth a collection. */
const paceOfLarge: CollectPace = { everyMs: 1_000, futileMs: 5_000 }
/** How often a small set looks again, and how long it waits in between: garbage may have been collected by then. */
const looks = 10
const betweenLooksMs = 100
/** Who waits holds its share of what mounts may hold: so few do. */
const mostWaiting = 4

/** Room in our control group for what is about to be written. */
export interface MemoryRoom {
  /**
   * Keeps room for writing these files into a volume, beside the set that is there; gives the way to let it go again.
   * @throws {ProviderError} VOLUME_EXCEEDS_MEMORY.
   */
  hold(files: readonly VolumeFile[]): () => void
  /**
   * The same, but a small set waits for a second before it is refused, as long as few do: what fills the memory is a burst,
   * as a rule.
   * @throws {ProviderError} VOLUME_EXCEEDS_MEMORY, or the signal's reason as soon as that aborts.
   */
  holdSoon(files: readonly VolumeFile[], signal: AbortSignal): Promise<() => void>
  /**
   * Looks whether there is room for sending these files to the driver.
   * @throws {ProviderError} VOLUME_EXCEEDS_MEMORY.
   */
  check(files: readonly VolumeFile[]): void
}

/**
 * Looks after the memory limit of our container before each write. A volume lies in memory that counts as ours, and
 * over the limit the kernel kills the provider in the middle of a mount: the driver tells kubelet something that
 * leaves the pod with an empty volume. An error of ours leaves it waiting, and says what to change.
 */
export function createMemoryRoom({
  read = findMemoryUse(),
  collect,
  largeRequests = () => 0,
}: MemoryWatch): MemoryRoom {
  let held = 0
  let waiting = 0
  /** The most that the process was seen to take. */
  const peak = createLately(burstMs, Math.max)
  const fits = (bytes: number) => {
    const use = read()
    if (use === undefined) return true
    const share = Math.min(processBytes, use.limit * processShare)
    const spare = Math.min(spareBytes + bytes, mostSpareBytes)
    // Room beside all that is used, whatever it consists of: the usual case needs no look at the parts.
    if (bytes + held + use.used + Math.max(share, spare) <= use.limit) return true
    const { processes, files } = use.parts()
    peak.add(processes)
    const room = peak.value + (largeRequests() >= manyLargeRequests ? busySpareBytes : spare)
    const ours = Math.max(processes + spare, share, bytes > largeBytes ? room : 0)
    return bytes + held + (use.used - processes - files) + ours <= use.limit
  }
  const smallFits = fittingOnceCollected(collect)
  const largeFits = fittingOnceCollected(collect, paceOfLarge)
  const fitsAtLast = (bytes: number) => (bytes > largeBytes ? largeFits : smallFits)(() => fits(bytes), bytes)
  const insist = (files: readonly VolumeFile[], bytes: number, driverWrites: boolean) => {
    if (fitsAtLast(bytes)) return
    const { limit = 0, used } = read() ?? {}
    throw fault(
      'VOLUME_EXCEEDS_MEMORY',
      { files: files.length, neededBytes: bytes, limitBytes: limit, driverWrites },
      { log: { memoryUsed: used, memoryHeld: held } },
    )
  }
  const hold = (files: readonly VolumeFile[]) => {
    const bytes = bytesWritten(files)
    insist(files, bytes, false)
    held += bytes
    let left = false
    return () => {
      if (!left) held -= bytes
      left = true
    }
  }
  return {
    hold,
    async holdSoon(files, signal) {
      const bytes = bytesWritten(files)
      if (bytes <= largeBytes && waiting < mostWaiting && !fitsAtLast(bytes)) {
        waiting += 1
        try {
          for (let look = 0; look < looks && !fits(bytes); look += 1)
            await systemClock.pause(betweenLooksMs, signal)
        } finally {
          waiting -= 1
        }
      }
      return hold(files)
    },
    check: (files) => insist(files, bytesSent(files), true),
  }
}

function bytesWritten(files: readonly VolumeFile[]): number {
  return files.reduce(
    (sum, { content }) => sum + besidePages + Math.ceil(content.reveal().byteLength / pageBytes) * pageBytes,
    0,
  )
}

/** The answer, its parts while they are put together, and the frame that it travels in. */
export function bytesSent(files: readonly VolumeFile[]): number {
  return 3 * files.reduce((sum, { content }) => sum + content.reveal().byteLength, 0)
}
