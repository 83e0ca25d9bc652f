import { budget } from '../limits.ts'
import type { Scenario } from '../scenario.ts'
import { anonMiB, descriptors } from '../usage.ts'

/** A freshly started provider, and what it holds while it waits. */
export const startScenarios: readonly Scenario[] = [
  {
    name: 'start',
    title: 'Start-up, and idle',
    repetitions: 12,
    quickRepetitions: 3,
    limits: () => ({ startMs: budget(100), idleAnonMiB: budget(25) }),
    async run(bench) {
      const running = await bench.start({ settleMs: bench.quick ? 1_000 : 3_000 })
      const cpuSeconds = running.cgroup?.cpuSeconds()
      return {
        metrics: {
          startMs: running.startMs,
          idleAnonMiB: anonMiB(running.pid),
          descriptors: descriptors(running.pid),
          ...(cpuSeconds === undefined ? {} : { cpuSeconds }),
        },
      }
    },
  },
]
