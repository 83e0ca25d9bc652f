/** Every number that a scenario may report: how it is called, in which unit, and which way is better. */
export const metrics = {
  startMs: { label: 'start to first Version', unit: 'ms', better: 'less' },
  firstMs: { label: 'first mount', unit: 'ms', better: 'less' },
  laterMs: { label: 'later mounts, median', unit: 'ms', better: 'less' },
  slowestLaterMs: { label: 'later mounts, slowest', unit: 'ms', better: 'less' },
  wallMs: { label: 'all done after', unit: 'ms', better: 'less' },
  p50Ms: { label: 'mount p50', unit: 'ms', better: 'less' },
  p95Ms: { label: 'mount p95', unit: 'ms', better: 'less' },
  p99Ms: { label: 'mount p99', unit: 'ms', better: 'less' },
  p99Share: { label: 'mount p99, times that without them', unit: '×', better: 'less' },
  mountsPerSecond: { label: 'mounts a second', unit: '/s', better: 'more' },
  cpuMsPerMount: { label: 'CPU a mount', unit: 'ms', better: 'less' },
  cpuSeconds: { label: 'CPU', unit: 's', better: 'less' },
  cpuSecondsWithout: { label: 'CPU without batchReads', unit: 's', better: 'less' },
  cpuShare: { label: 'CPU, share of that without batchReads', unit: '', better: 'less' },
  awsCalls: { label: 'calls of AWS', unit: '', better: 'less' },
  worldCpuSeconds: { label: 'CPU of the emulator, on the same cores', unit: 's', better: 'less' },
  failures: { label: 'failed mounts', unit: '', better: 'less' },
  hostileMounts: { label: 'hostile mounts', unit: '', better: 'more' },
  wrongEnds: { label: 'ends that should not be', unit: '', better: 'less' },
  troubles: { label: 'troubles', unit: '', better: 'more' },
  mounts: { label: 'mounts and remounts', unit: '', better: 'more' },
  lostMounts: { label: 'mounts that no retry mended', unit: '', better: 'less' },
  tornSets: { label: 'torn or incomplete sets', unit: '', better: 'less' },
  openBreakers: { label: 'breakers open at the end', unit: '', better: 'less' },
  descriptorsLeft: { label: 'descriptors left over', unit: '', better: 'less' },
  leftAnonMiB: { label: 'anonymous memory at the end, idle', unit: 'MiB', better: 'less' },
  restarts: { label: 'ended by itself', unit: '', better: 'less' },
  kills: { label: 'killed for memory', unit: '', better: 'less' },
  connections: { label: 'connections opened', unit: '', better: 'less' },
  idleAnonMiB: { label: 'anonymous memory, idle', unit: 'MiB', better: 'less' },
  anonMiB: { label: 'anonymous memory, peak', unit: 'MiB', better: 'less' },
  chargeMiB: { label: 'charged to the cgroup, peak', unit: 'MiB', better: 'less' },
  volumesMiB: { label: "of that, the pods' volumes", unit: 'MiB', better: 'less' },
  kernelMiB: { label: 'of that, kernel memory', unit: 'MiB', better: 'less' },
  descriptors: { label: 'open descriptors', unit: '', better: 'less' },
  anonSlope: { label: 'anonymous memory, growth', unit: 'KiB/1000 mounts', better: 'less' },
  descriptorSlope: { label: 'descriptors, growth', unit: '/1000 mounts', better: 'less' },
} as const satisfies Readonly<Record<string, Metric>>

interface Metric {
  readonly label: string
  readonly unit: string
  readonly better: 'less' | 'more'
}

export type MetricName = keyof typeof metrics

export const metricNames = Object.keys(metrics) as readonly MetricName[]

/** Three digits that count, whole numbers from 100 on. */
export function shown(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return value.toFixed(0)
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2)
}
