import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

const ticksPerSecond = 100
const everyMs = 20

/** Anonymous memory of a process now, MiB: what no page cache can give back. 0 once it has ended. */
export function anonMiB(pid: number): number {
  return Number(/^RssAnon:\s+(\d+)/m.exec(proc(pid, 'status'))?.[1] ?? 0) / 1024
}

/** CPU time of a process so far, seconds, in steps of 10 ms; a control group counts finer. */
export function cpuSeconds(pid: number): number {
  const fields = proc(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / ticksPerSecond
}

export function descriptors(pid: number): number {
  return listed(`/proc/${pid}/fd`).length
}

/** What each open descriptor is: a path, or the kind of a socket with the port or path that it leads to. */
export function descriptorNames(pid: number): readonly string[] {
  const sockets = socketNames(pid)
  return listed(`/proc/${pid}/fd`).map((descriptor) => {
    const target = linkOf(`/proc/${pid}/fd/${descriptor}`)
    const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
    return inode === undefined ? target.replace(/\d{3,}/g, 'N') : (sockets.get(inode) ?? 'another socket')
  })
}

function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path)
  } catch {
    return 'closed meanwhile'
  }
}

function socketNames(pid: number): ReadonlyMap<string, string> {
  const words = (file: string) =>
    proc(pid, `net/${file}`)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
  const ofTcp = ['tcp', 'tcp6'].flatMap(words).map(([, , peer = '', state = '', , , , , , inode = '']) => {
    const port = Number.parseInt(peer.replace(/.*:/, ''), 16)
    return [inode, `tcp to port ${port}, state ${state}`] as const
  })
  const ofUnix = words('unix').map(([, , , , , , inode = '', path = '']) => [inode, `unix ${path}`] as const)
  return new Map([...ofTcp, ...ofUnix])
}

/** Watches anonymous memory until it is asked for the peak. */
export function watchAnon(pid: number): () => number {
  let peak = anonMiB(pid)
  const look = () => {
    peak = Math.max(peak, anonMiB(pid))
  }
  const timer = setInterval(look, everyMs)
  return () => {
    clearInterval(timer)
    look()
    return peak
  }
}

function proc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return '' // It has ended.
  }
}
