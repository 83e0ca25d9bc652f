import { readFileSync } from 'node:fs'
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

/** Reads the memory of our own control group; undefined where no limit is seen. */
export function readMemoryUse(root = '/sys/fs/cgroup', self = '/proc/self/cgroup'): MemoryUse | undefined {
  for (const { controller, folder, limit, usage, anonymous, prefix } of layouts) {
    for (const place of [join(root, folder, ownGroup(self, controller)), join(root, folder)]) {
      try {
        const bound = Number(readFileSync(join(place, limit), 'utf8'))
        // "max" of version 2 is no number, that of version 1 a very large one.
        if (!(bound < 2 ** 50)) continue
        const used = Number(readFileSync(join(place, usage), 'utf8'))
        return { limit: bound, used, parts: () => readParts(join(place, 'memory.stat'), anonymous, prefix) }
      } catch {
        // Not of this version, or not a container's.
      }
    }
  }
  return undefined
}

/** Bytes that the container may still take before the kernel kills in it; undefined where no limit is seen. */
export function readFreeMemory(root?: string, self?: string): number | undefined {
  const use = readMemoryUse(root, self)
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
