import { randomUUID } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

export interface CgroupLimits {
  readonly memoryBytes?: number
  /** Thousandths of a core, as Kubernetes counts: 50 = `50m`. */
  readonly milliCpu?: number
}

/** A control group for one process, version 1 or 2, whichever the machine has. */
export interface Cgroup {
  /** Files that a process writes its id to, to enter. */
  readonly doors: readonly string[]
  /** All CPU time so far, seconds. */
  cpuSeconds(): number
  /** Most bytes charged so far (anonymous, tmpfs, page cache, kernel). */
  peakBytes(): number
  /** Bytes of tmpfs charged now. */
  shmemBytes(): number
  /** Bytes of the kernel's own charged now: sockets, inodes, directory entries. */
  kernelBytes(): number
  /** Processes that the kernel killed in it for memory. */
  kills(): number
  remove(): Promise<void>
}

const root = '/sys/fs/cgroup'

/** Whether this user can make control groups with memory and CPU here. */
export function haveCgroups(): boolean {
  try {
    for (const folder of foldersFor('')) accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

const prefix = 'provider-bench-'

/** Removes what a run that was broken off has left; groups in use stay. */
export function sweepCgroups(): void {
  for (const folder of new Set(foldersFor(''))) {
    for (const name of readdirSync(folder)) {
      if (name.startsWith(prefix)) removed(join(folder, name))
    }
  }
}

/** Makes an empty group. Throws where `haveCgroups` says no. */
export function createCgroup(limits: CgroupLimits): Cgroup {
  const name = `${prefix}${randomUUID()}`
  const [memory = '', cpu = '', accounting = ''] = foldersFor(name)
  const folders = [...new Set([memory, cpu, accounting])]
  for (const folder of folders) mkdirSync(folder)
  const { memoryBytes, milliCpu } = limits
  const one = memory !== cpu
  if (memoryBytes !== undefined) {
    writeFileSync(join(memory, one ? 'memory.limit_in_bytes' : 'memory.max'), `${memoryBytes}`)
  }
  if (milliCpu !== undefined) {
    if (one) writeFileSync(join(cpu, 'cpu.cfs_quota_us'), `${milliCpu * 100}`)
    else writeFileSync(join(cpu, 'cpu.max'), `${milliCpu * 100} 100000`)
  }
  const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8')
  const field = (text: string, key: string) => Number(new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  return {
    doors: folders.map((folder) => join(folder, 'cgroup.procs')),
    cpuSeconds: () =>
      one
        ? Number(read(accounting, 'cpuacct.usage')) / 1e9
        : field(read(cpu, 'cpu.stat'), 'usage_usec') / 1e6,
    peakBytes: () => Number(read(memory, one ? 'memory.max_usage_in_bytes' : 'memory.peak')),
    shmemBytes: () => field(read(memory, 'memory.stat'), one ? 'total_shmem' : 'shmem'),
    kernelBytes: () =>
      one ? Number(read(memory, 'memory.kmem.usage_in_bytes')) : field(read(memory, 'memory.stat'), 'kernel'),
    kills: () => field(read(memory, one ? 'memory.oom_control' : 'memory.events'), 'oom_kill'),
    async remove() {
      // A process leaves its group a moment after its end was heard of.
      for (const folder of folders) {
        for (let tries = 0; !removed(folder) && tries < 50; tries += 1) await sleep(20)
      }
    },
  }
}

function removed(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch {
    return false
  }
}

/** Where memory, CPU limit and CPU accounting are: three hierarchies in version 1, one folder in version 2. */
function foldersFor(name: string): readonly string[] {
  if (existsSync(join(root, 'memory/memory.limit_in_bytes'))) {
    return ['memory', 'cpu', 'cpuacct'].map((controller) => join(root, controller, name))
  }
  if (!readFileSync(join(root, 'cgroup.subtree_control'), 'utf8').includes('memory')) {
    writeFileSync(join(root, 'cgroup.subtree_control'), '+memory +cpu')
  }
  return [join(root, name), join(root, name), join(root, name)]
}
