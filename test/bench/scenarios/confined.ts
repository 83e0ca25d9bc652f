import { storm } from '../bench-world.ts'
import { budget } from '../limits.ts'
import { mountAll, type Outcome, type PreparedMount } from '../load.ts'
import { observe } from '../observe.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { bigMounts } from './load.ts'
import { changeSome, ownMounts, stormMounts, sweep } from './storm.ts'

const memoryBytes = 100 * 2 ** 20
const freed = ['--qps=100000', '--burst=100000']

/** The limits of the manifests: 100 MiB, which the files in the pods' tmpfs volumes count towards, and 50m CPU. */
export const confinedScenarios: readonly Scenario[] = [
  {
    name: 'confined-memory',
    title: `Inside 100 MiB: storm, twenty sweeps (every fourth with changes), ${storm.pods} pods; then big secrets`,
    repetitions: 2,
    quickRepetitions: 1,
    needs: ['cgroup'],
    limits: () => ({ anonMiB: budget(80), chargeMiB: budget(100), kills: budget(0) }),
    async run(bench) {
      const running = await bench.start({ limits: { memoryBytes }, flags: freed })
      const mounts = stormMounts(bench)
      const big = bigMounts(bench, 4)
      return observe(bench, running, async () => {
        const outcomes: Outcome[] = [...(await mountAll(running, mounts, mounts.length))]
        for (let round = 0; round < (bench.quick ? 3 : 20) && !running.over(); round += 1) {
          if (round % 4 === 3) await changeSome(bench)
          outcomes.push(...(await sweep(running, mounts)))
        }
        outcomes.push(...(await mountAll(running, big, 2)))
        return outcomes
      })
    },
  },
  confinedBoth('confined-both', 'Storm inside 100 MiB and 50m CPU', stormMounts),
  confinedBoth(
    'confined-own',
    'Storm of pods with secrets of their own inside 100 MiB and 50m CPU',
    ownMounts,
  ),
]

function confinedBoth(
  name: string,
  title: string,
  mountsFor: (bench: Bench) => readonly PreparedMount[],
): Scenario {
  return {
    name,
    title,
    repetitions: 1,
    quickRepetitions: 0,
    needs: ['cgroup'],
    limits: () => ({ wallMs: budget(27_000), anonMiB: budget(80), chargeMiB: budget(100), kills: budget(0) }),
    async run(bench) {
      const running = await bench.start({ limits: { memoryBytes, milliCpu: 50 }, flags: freed })
      const mounts = mountsFor(bench)
      const sample = await observe(bench, running, () => mountAll(running, mounts, mounts.length))
      return { ...sample, metrics: { startMs: running.startMs, ...sample.metrics } }
    },
  }
}
