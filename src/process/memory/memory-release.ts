import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createLately } from './lately.ts'
import { findMemoryUse, isFilled, type ReadMemoryUse } from './memory-limit.ts'

/** No mount for this long: the burst is over. */
const quietMs = 2_000
/** A collection costs some 60 ms of CPU: not for less than so many mounts. */
const worthMounts = 10
/** A start leaves as much behind as so many mounts. */
export const startInMounts = worthMounts
/** Bytes of values after which what they have left behind is collected: reply, text and copies, thrice as much. */
const worthBytes = 3 * 2 ** 20
/** Characters of large requests after which their parts are collected, where so much of the limit is in use. */
const worthReceived = 2 * 2 ** 20
const receivingShare = 0.85
/** How long a large request counts, once or twice. */
const requestsMs = 60_000
/** A text of YAML, or a request, that is smaller leaves little. */
const worthCharacters = 32 * 2 ** 10
/** What reading YAML leaves in the heap, bytes a character; 16 MiB were measured for the largest texts. */
const bytesOfCharacter = 50

/** Where so much of the limit is in use, garbage goes at once: V8 would let it grow by a third of the heap. */
const fullShare = 0.9
/** A look costs two reads of a file, a collection 50 ms. */
const lookMs = 20
const collectedMs = 1_000
/** Who insists has a mount to refuse otherwise. */
const insistedMs = 100
/** V8 keeps the pages that it has emptied, some 10 MiB in a burst, until it collects as a last resort: twice as long. */
const givenBackMs = 30_000

/** By then the mount has its answer. */
const answeredMs = 5
/** What is read in slices leaves room for others first. */
const apartMs = 60

/** Hears of what leaves garbage behind. */
export interface MemoryRelease {
  /** A mount has ended, or what leaves as much behind as several. */
  ended(mounts?: number): void
  /** Values of so many bytes have been delivered. */
  delivered(bytes: number): void
  /** A request of so many characters has come: its parts lie outside of the heap, where V8 lets tens of MiB gather. */
  received(characters: number): void
  /** YAML of so many characters has been read: what a large one leaves behind goes soon after. */
  planned(characters: number): void
  /** Large requests that have come within the last minute, or two. */
  largeRequests(): number
  /** Collects at once; not again within a tenth of a second. */
  collect(): void
}

/** `last-resort` gives memory back to the node, `regular` makes room for what comes next. */
type CollectGarbage = (options: {
  readonly execution: 'sync'
  readonly flavor: 'last-resort' | 'regular'
}) => void

/**
 * Gives the memory of a burst of mounts back to the node: one thorough collection when it is over. And one in between
 * for each few MiB of values or large requests, most of which lie outside of the heap, where V8 lets far more of them
 * gather, after a large class was read, and whenever our control group is nearly full.
 *
 * By itself V8 keeps what a burst has taken; in a container of 100 MiB that is room which the pages of the
 * pods' volumes need.
 */
export function createMemoryRelease(
  collectGarbage: CollectGarbage = thorough(),
  read: ReadMemoryUse = findMemoryUse(),
): MemoryRelease {
  let mountsEnded = 0
  let bytesLeft = 0
  let charactersReceived = 0
  let timer: NodeJS.Timeout | undefined
  let looked = Number.NEGATIVE_INFINITY
  let collected = Number.NEGATIVE_INFINITY
  let givenBack = Number.NEGATIVE_INFINITY
  const largeRequests = createLately(requestsMs, (one, other) => one + other)
  const collect: CollectGarbage = (options) => {
    collectGarbage(options)
    collected = performance.now()
    if (options.flavor === 'last-resort') givenBack = collected
  }
  const makeRoom = () => {
    const isDue = performance.now() - givenBack >= givenBackMs
    collect({ execution: 'sync', flavor: isDue ? 'last-resort' : 'regular' })
  }
  const relieve = () => {
    const now = performance.now()
    if (now - looked < lookMs || now - collected < collectedMs) return
    looked = now
    if (isFilled(read(), fullShare)) makeRoom()
  }
  const release = () => {
    if (mountsEnded < worthMounts) return
    mountsEnded = 0
    collect({ execution: 'sync', flavor: 'last-resort' })
  }
  const left = (bytes: number, afterMs = answeredMs) => {
    bytesLeft += bytes
    if (bytesLeft < worthBytes) return
    bytesLeft = 0
    setTimeout(collect, afterMs, { execution: 'sync', flavor: 'regular' })
  }
  return {
    ended(mounts = 1) {
      relieve()
      mountsEnded += mounts
      if (timer === undefined) timer = setTimeout(release, quietMs).unref()
      else timer.refresh()
    },
    collect() {
      if (performance.now() - collected >= insistedMs) makeRoom()
    },
    largeRequests: () => largeRequests.value,
    delivered: (bytes) => left(bytes),
    received(characters) {
      if (characters <= worthCharacters) return
      largeRequests.add(1)
      charactersReceived += characters
      if (charactersReceived < worthReceived) return
      charactersReceived = 0
      if (isFilled(read(), receivingShare)) collect({ execution: 'sync', flavor: 'regular' })
    },
    planned(characters) {
      if (characters > worthCharacters) left(bytesOfCharacter * characters, apartMs)
    },
  }
}

/** V8's own `gc`, which a flag must bring to light. Not under Deno: its HTTP/2 ends the process by SIGSEGV after one. */
function thorough(): CollectGarbage {
  if (process.versions.deno !== undefined) return () => undefined
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as CollectGarbage
}
