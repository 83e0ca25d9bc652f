import { fault } from '../errors/provider-error.ts'
import { TurnGate } from '../process/gate.ts'
import {
  type CollectPace,
  findMemoryUse,
  fittingOnceCollected,
  isFilled,
  type MemoryWatch,
  manyLargeRequests,
} from '../process/memory/memory-limit.ts'
import { othersFirst } from '../process/others-first.ts'
import { maxRequestBytes } from '../request/request-size.ts'
import { ByteBudget } from './byte-budget.ts'

/** Nearly all requests are smaller: a hundred objects with their tokens come to some 10 KiB. They wait for no other. */
const smallBytes = 32 * 2 ** 10
/** What larger ones have together while they are under way: their texts and plans take three to ten times as much. */
const largeUnderWay = 2 ** 20
/** What all that have come have together, those that wait included: large ones, and small ones, which they shut out of nothing. */
const largeInAll = 2 * 2 ** 20
const smallInAll = 6 * 2 ** 20
/** While many large requests come, and so much of our control group's memory is in use, no more of them are taken. */
const fullShare = 0.84
const pace: CollectPace = { everyMs: 1_000, futileMs: 10_000 }

/** Room for the requests themselves: what is kept of them from their arrival to the answer. */
export interface RequestRoom {
  /** Mounts that wait for room. */
  readonly waiting: number
  /**
   * Runs `run` when there is room for a request of so many bytes.
   * @throws {ProviderError} REQUEST_TOO_LARGE, REQUESTS_EXCEED_MEMORY where not even those that wait have room, and the
   *   signal's reason as soon as that aborts before.
   */
  run<T>(bytes: number, signal: AbortSignal, run: () => Promise<T>): Promise<T>
}

/**
 * Bounds what requests take. Each pod of a node may come with a class of its own that is as large as one may be: a
 * hundred at once took more than the whole container has, before anything was read.
 */
export function createRequestRoom({
  read = findMemoryUse(),
  largeRequests = () => 0,
  collect = () => {},
}: Partial<MemoryWatch> = {}): RequestRoom {
  const underWay = new ByteBudget(largeUnderWay)
  const turns = new TurnGate(1)
  const held = { large: 0, small: 0 }
  const fitsAtLast = fittingOnceCollected(collect, pace)
  let asked = 0
  const refuseWhereFull = () => {
    if (largeRequests() < manyLargeRequests) return
    if (fitsAtLast(() => !isFilled(read(), fullShare))) return
    const { limit: limitBytes = 0, used: memoryUsed } = read() ?? {}
    throw fault('REQUESTS_EXCEED_MEMORY', { limitBytes }, { log: { memoryUsed } })
  }
  return {
    get waiting() {
      return underWay.waiting
    },
    async run(bytes, signal, run) {
      // Before it waits for anything: thousands of them would be kept meanwhile.
      if (bytes > maxRequestBytes) throw fault('REQUEST_TOO_LARGE', { bytes, maxBytes: maxRequestBytes })
      const size = bytes > smallBytes ? 'large' : 'small'
      const maxBytes = size === 'large' ? largeInAll : smallInAll
      if (held[size] + bytes > maxBytes) throw fault('REQUESTS_EXCEED_MEMORY', { maxBytes })
      if (size === 'large') refuseWhereFull()
      held[size] += bytes
      asked += 1
      try {
        if (size === 'small') return await run()
        const admission = await underWay.enter(`${asked}`, bytes, signal)
        try {
          // Many that come at once would all be read before any other mount has its turn.
          await turns.run(signal, othersFirst)
          return await run()
        } finally {
          admission.leave()
        }
      } finally {
        held[size] -= bytes
      }
    },
  }
}
