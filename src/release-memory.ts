import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** No mount for this long: the burst is over. */
const quietMs = 2_000
/** A collection costs some 60 ms of CPU: not for less than so many mounts. */
const worthMounts = 10
/** A start leaves as much behind as so many mounts. */
export const startInMounts = worthMounts

/**
 * Lets the heap grow by 2 MiB between two thorough collections where V8 would let it grow by 8.
 *
 * The bound of the heap is for the worst that pods can ask for, and V8 ends the process there; this keeps it away
 * from it. Said at run time: as a flag of the executable it would void the compiled code inside.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--optimize-for-size')
}

type CollectGarbage = (options: { readonly execution: 'sync'; readonly flavor: 'last-resort' }) => void

/**
 * Gives the memory of a burst of mounts back to the node: one thorough collection when it is over.
 *
 * By itself V8 keeps what a burst has taken; in a container of 100 MiB that is room which the pages of the
 * pods' volumes need. Returns what is to be called at the end of each mount, or of what is worth several.
 */
export function createMemoryRelease(collect: CollectGarbage = thorough()): (mounts?: number) => void {
  let sum = 0
  let timer: NodeJS.Timeout | undefined
  const release = () => {
    if (sum < worthMounts) return
    sum = 0
    collect({ execution: 'sync', flavor: 'last-resort' })
  }
  return (mounts = 1) => {
    sum += mounts
    if (timer === undefined) timer = setTimeout(release, quietMs).unref()
    else timer.refresh()
  }
}

/** V8's own `gc`, which a flag must bring to light; its default flavour gives nothing back. */
function thorough(): CollectGarbage {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as CollectGarbage
}
