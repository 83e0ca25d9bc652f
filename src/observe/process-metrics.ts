import { readdirSync, readFileSync } from 'node:fs'
import { findMemoryUse, type ReadMemoryUse } from '../process/memory/memory-limit.ts'

/** A number to be looked at when somebody scrapes; undefined where the system does not tell. */
export interface ProcessGauge {
  readonly name: string
  readonly help: string
  readonly isCounter?: true
  read(): number | undefined
}

/** Found when somebody scrapes for the first time. */
let readMemoryUse: ReadMemoryUse | undefined

/** The process itself, under the names that Prometheus' client libraries agree on, and the memory of its container. */
export const processGauges: readonly ProcessGauge[] = [
  {
    name: 'process_cpu_seconds_total',
    help: 'User and system CPU time spent.',
    isCounter: true,
    read: () => {
      const { user, system } = process.cpuUsage()
      return (user + system) / 1e6
    },
  },
  {
    name: 'process_start_time_seconds',
    help: 'Start of the process, seconds since the epoch.',
    read: () => Math.round(Date.now() / 1000 - process.uptime()),
  },
  {
    name: 'process_resident_memory_bytes',
    help: 'Resident memory, pages of files included.',
    read: () => process.memoryUsage.rss(),
  },
  {
    name: 'process_anonymous_memory_bytes',
    help: 'Resident memory without pages of files: what cannot be reclaimed.',
    read: () => {
      const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(textOf('/proc/self/status') ?? '')?.[1]
      return kilobytes === undefined ? undefined : Number(kilobytes) * 1024
    },
  },
  {
    name: 'process_open_fds',
    help: 'Open file descriptors.',
    read: () => {
      try {
        return readdirSync('/proc/self/fd').length
      } catch {
        // No /proc: nothing to tell.
        return undefined
      }
    },
  },
  {
    name: 'nodejs_heap_size_used_bytes',
    help: 'Heap in use by JavaScript objects.',
    read: () => process.memoryUsage().heapUsed,
  },
  {
    name: 'nodejs_heap_size_total_bytes',
    help: 'Heap that is set aside for JavaScript objects.',
    read: () => process.memoryUsage().heapTotal,
  },
  {
    name: 'ascp_container_memory_usage_bytes',
    help: 'Memory charged to the container (its control group): the process, its file pages, what it wrote into volumes.',
    read: () =>
      numberOf('/sys/fs/cgroup/memory.current') ?? numberOf('/sys/fs/cgroup/memory/memory.usage_in_bytes'),
  },
  {
    name: 'ascp_container_memory_unreclaimable_bytes',
    help: 'Of that, what the kernel cannot take back: the process, what it wrote into volumes, memory of the kernel. Only where there is a limit.',
    read: () => {
      readMemoryUse ??= findMemoryUse()
      const use = readMemoryUse()
      return use && use.used - use.parts().files
    },
  },
  {
    name: 'ascp_container_memory_limit_bytes',
    help: 'Memory limit of the container (its control group).',
    read: () => {
      const limit =
        numberOf('/sys/fs/cgroup/memory.max') ?? numberOf('/sys/fs/cgroup/memory/memory.limit_in_bytes')
      // Version 1 says "no limit" with a number near 2^63.
      return limit === undefined || limit > 2 ** 60 ? undefined : limit
    },
  },
]

function numberOf(file: string): number | undefined {
  const text = textOf(file)?.trim()
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // Not every system has it.
    return undefined
  }
}
