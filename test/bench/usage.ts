import { readdirSync, readFileSync } from 'node:fs'

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
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    return 0
  }
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
