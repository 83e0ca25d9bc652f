import type { Outcome } from './load.ts'
import type { Bench, Sample } from './scenario.ts'
import { percentile } from './statistics.ts'
import type { Running } from './subject.ts'
import { cpuSeconds, watchAnon } from './usage.ts'

/** Measures everything that can be measured of a piece of work: time, failures, calls, connections, CPU, memory. */
export async function observe(
  bench: Bench,
  running: Running,
  work: () => Promise<readonly Outcome[]>,
): Promise<Sample> {
  await bench.emulator.clearCounters()
  const { cgroup, pid } = running
  const cpu = () => cgroup?.cpuSeconds() ?? cpuSeconds(pid)
  const peakAnon = watchAnon(pid)
  const worldBefore = cpuSeconds(bench.emulator.pid)
  const [cpuBefore, begun] = [cpu(), performance.now()]
  const outcomes = await work()
  const wallMs = performance.now() - begun
  const cpuUsed = cpu() - cpuBefore
  const anonMiB = peakAnon()
  const { calls, connectionsOpened } = await bench.emulator.counters()
  const times = outcomes.map(({ ms }) => ms)
  const failures = outcomes.filter(({ failure }) => failure !== '')
  return {
    metrics: {
      wallMs,
      p50Ms: percentile(times, 50),
      p95Ms: percentile(times, 95),
      p99Ms: percentile(times, 99),
      failures: failures.length,
      connections: connectionsOpened,
      cpuSeconds: cpuUsed,
      worldCpuSeconds: cpuSeconds(bench.emulator.pid) - worldBefore,
      anonMiB,
      ...chargesOf(running),
    },
    calls,
    notes: [...new Set(failures.map(({ failure }) => failure.slice(0, 300)))].slice(0, 3),
  }
}

function chargesOf({ cgroup }: Running): Sample['metrics'] {
  if (cgroup === undefined) return {}
  return {
    chargeMiB: cgroup.peakBytes() / 2 ** 20,
    volumesMiB: cgroup.shmemBytes() / 2 ** 20,
    kernelMiB: cgroup.kernelBytes() / 2 ** 20,
    kills: cgroup.kills(),
  }
}

/** Of a sample, the named figures alone. */
export function pick(sample: Sample, ...names: readonly (keyof Sample['metrics'])[]): Sample['metrics'] {
  return Object.fromEntries(names.map((name) => [name, sample.metrics[name]]))
}
