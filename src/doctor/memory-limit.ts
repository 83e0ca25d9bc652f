import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where control groups tell a container of its own memory: version 2, then 1. */
const places = [
  { limit: 'memory.max', usage: 'memory.current', stat: 'memory.stat', prefix: '' },
  {
    limit: 'memory/memory.limit_in_bytes',
    usage: 'memory/memory.usage_in_bytes',
    stat: 'memory/memory.stat',
    prefix: 'total_',
  },
] as const

/**
 * Bytes that the container may still take before the kernel kills in it; undefined where no limit is seen.
 * Pages of files count as room: they are given back first. (Those of tmpfs are not among them.)
 */
export function readFreeMemory(root = '/sys/fs/cgroup'): number | undefined {
  for (const { limit, usage, stat, prefix } of places) {
    try {
      const bound = Number(readFileSync(join(root, limit), 'utf8'))
      // "max" of version 2 is no number, that of version 1 a very large one.
      if (!(bound < 2 ** 50)) return undefined
      const used = Number(readFileSync(join(root, usage), 'utf8'))
      const text = readFileSync(join(root, stat), 'utf8')
      const pages = ['inactive_file', 'active_file'].map((name) =>
        Number(new RegExp(`^${prefix}${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0),
      )
      return bound - used + pages.reduce((sum, each) => sum + each, 0)
    } catch {
      // Not of this version, or not a container's.
    }
  }
  return undefined
}
