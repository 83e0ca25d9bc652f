import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** No mount for this long: the burst is over. */
const quietMs = 2_000
/** A collection costs some 60 ms of CPU: not for less than so many mounts. */
const worthMounts = 10
/** A start leaves as much behind as so many mounts. */
export const startInMounts = worthMounts
/** Bytes of values after which what they have left behind is collected: reply, text and copies, thrice as much. */
const worthBytes = 3 * 2 ** 20
/** A text of YAML that is smaller leaves little. */
const worthCharacters = 32 * 2 ** 10
/** What reading YAML leaves in the heap, bytes a character; 20 MiB were measured for the largest texts. */
const bytesOfCharacter = 100

/** By then the mount has its answer. */
const answeredMs = 5

/** Hears of what leaves garbage behind. */
export interface MemoryRelease {
  /** A mount has ended, or what leaves as much behind as several. */
  ended(mounts?: number): void
  /** Values of so many bytes have been delivered. */
  delivered(bytes: number): void
  /** YAML of so many characters is about to be read: what is garbage by then goes before a large one, and what it leaves after. */
  planned(characters: number): void
  /** Collects at once, as thoroughly as can be. */
  collect(): void
}

/** `last-resort` gives memory back to the node, `regular` makes room for what comes next. */
type CollectGarbage = (options: {
  readonly execution: 'sync'
  readonly flavor: 'last-resort' | 'regular'
}) => void

/**
 * Gives the memory of a burst of mounts back to the node: one thorough collection when it is over. And one in between
 * for each few MiB of values, most of which lie outside of the heap, where V8 lets far more of them gather, before
 * and after a large class is read, which takes up to 22 MiB.
 *
 * By itself V8 keeps what a burst has taken; in a container of 100 MiB that is room which the pages of the
 * pods' volumes need.
 */
export function createMemoryRelease(collect: CollectGarbage = thorough()): MemoryRelease {
  let mountsEnded = 0
  let bytesLeft = 0
  let timer: NodeJS.Timeout | undefined
  const release = () => {
    if (mountsEnded < worthMounts) return
    mountsEnded = 0
    collect({ execution: 'sync', flavor: 'last-resort' })
  }
  const left = (bytes: number) => {
    bytesLeft += bytes
    if (bytesLeft < worthBytes) return
    bytesLeft = 0
    setTimeout(collect, answeredMs, { execution: 'sync', flavor: 'regular' })
  }
  return {
    ended(mounts = 1) {
      mountsEnded += mounts
      if (timer === undefined) timer = setTimeout(release, quietMs).unref()
      else timer.refresh()
    },
    collect: () => collect({ execution: 'sync', flavor: 'last-resort' }),
    delivered: left,
    planned(characters) {
      if (characters <= worthCharacters) return
      collect({ execution: 'sync', flavor: 'regular' })
      left(bytesOfCharacter * characters)
    },
  }
}

/** V8's own `gc`, which a flag must bring to light. Not under Deno: its HTTP/2 ends the process by SIGSEGV after one. */
function thorough(): CollectGarbage {
  if (process.versions.deno !== undefined) return () => undefined
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as CollectGarbage
}
