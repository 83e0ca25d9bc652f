import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a control group has of memory, in bytes. */
export interface MemoryUse {
  readonly limit: number
  /** Pages of files and of the kernel included. */
  readonly used: number
  /** What it consists of, as far as somebody asks. */
  parts(): MemoryParts
}

/** Bytes of what is used. */
export interface MemoryParts {
  /** Pages of processes. */
  readonly processes: number
  /** Pages of files: they are given back first. (Those of tmpfs are not among them.) */
  readonly files: number
}

/** Where control groups tell of memory: version 2, then 1. In a container the root is its own. */
const layouts = [
  { controller: '', folder: '', limit: 'memory.max', usage: 'memory.current', anonymous: 'anon', prefix: '' },
  {
    controller: 'memory',
    folder: 'memory',
    limit: 'memory.limit_in_bytes',
    usage: 'memory.usage_in_bytes',
    anonymous: 'total_rss',
    prefix: 'total_',
  },
] as const

/** Reads what there is of memory now; undefined where no limit is seen. */
export type ReadMemoryUse = () => MemoryUse | undefined

/** What looks after that memory is made of. */
export interface MemoryWatch {
  /** Of our own control group unless told. */
  readonly read?: ReadMemoryUse
  /** Frees what garbage holds. */
  readonly collect: () => void
  /** Large requests that have come within the last minute or two; none unless told. */
  readonly largeRequests?: () => number
}

/** So many large requests are more than a node has by itself: the process grows by 20 MiB and more while they come. */
export const manyLargeRequests = 20

/** Whether so much of the limit is in use, pages of files left out; these are looked at only where it matters. */
export function isFilled(use: MemoryUse | undefined, share: number): boolean {
  if (use === undefined || use.used < share * use.limit) return false
  return use.used - use.parts().files >= share * use.limit
}

/** How often garbage is collected to make something fit; milliseconds, whenever it is wanted unless told. */
export interface CollectPace {
  readonly everyMs?: number
  /** After a collection that did not help, for what needs as much or more: nor would the next. */
  readonly futileMs?: number
}

/**
 * Makes what tells whether something that needs so many bytes fits, if need be once garbage has gone. What is collected
 * for one serves the next as well.
 */
export function fittingOnceCollected(collect: () => void, { everyMs = 0, futileMs = 0 }: CollectPace = {}) {
  let next = Number.NEGATIVE_INFINITY
  let futile = { until: next, bytes: 0 }
  return (fits: () => boolean, bytes = 0): boolean => {
    if (fits()) return true
    const now = performance.now()
    if (now < next || (now < futile.until && bytes >= futile.bytes)) return false
    collect()
    next = performance.now() + everyMs
    if (fits()) return true
    futile = { until: performance.now() + futileMs, bytes }
    return false
  }
}

/**
 * Finds the files that tell of the memory of our own control group, once: a process stays in its group. What they say is
 * read anew each time, since a limit may be set, or lifted, while we run. The innermost group with a limit counts.
 */
export function findMemoryUse(root = '/sys/fs/cgroup', self = '/proc/self/cgroup'): ReadMemoryUse {
  const groups = layouts.flatMap((layout) => {
    const { controller, folder, limit, usage } = layout
    const places = new Set([join(root, folder, ownGroup(self, controller)), join(root, folder)])
    return Array.from(places, (place) => ({
      ...layout,
      limit: join(place, limit),
      usage: join(place, usage),
      place,
    })).filter((files) => existsSync(files.limit))
  })
  return () => {
    for (const group of groups) {
      const use = readUse(group)
      if (use !== undefined) return use
    }
    return undefined
  }
}

interface MemoryFiles {
  readonly limit: string
  readonly usage: string
  readonly place: string
  readonly anonymous: string
  readonly prefix: string
}

function readUse({ limit, usage, place, anonymous, prefix }: MemoryFiles): MemoryUse | undefined {
  const bound = readNumber(limit)
  const used = bound === undefined ? undefined : readNumber(usage)
  if (bound === undefined || used === undefined) return undefined
  return { limit: bound, used, parts: () => readParts(join(place, 'memory.stat'), anonymous, prefix) }
}

/** Undefined for no limit ("max" of version 2, a very large number of version 1), and where there is no such file. */
function readNumber(path: string): number | undefined {
  try {
    const number = Number(readFileSync(path, 'utf8'))
    return number < 2 ** 50 ? number : undefined
  } catch {
    // Not of this version, or not a container's.
    return undefined
  }
}

/** Bytes that the container may still take before the kernel kills in it; undefined where no limit is seen. */
export function readFreeMemory(root?: string, self?: string): number | undefined {
  const use = findMemoryUse(root, self)()
  return use === undefined ? undefined : use.limit - use.used + use.parts().files
}

/** The path of our group below its controller's root; `4:memory:/path` for version 1, `0::/path` for version 2. */
function ownGroup(self: string, controller: string): string {
  try {
    const lines = readFileSync(self, 'utf8').split('\n')
    const line = lines.find((each) => each.split(':')[1] === controller) ?? ''
    return line.split(':').slice(2).join(':')
  } catch {
    return ''
  }
}

function readParts(path: string, anonymous: string, prefix: string): MemoryParts {
  let [processes, files] = [0, 0]
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [name, value] = line.split(' ')
    if (name === anonymous) processes = Number(value)
    if (name === `${prefix}inactive_file` || name === `${prefix}active_file`) files += Number(value)
  }
  return { processes, files }
}
