import { storm } from '../bench-world.ts'
import { budget } from '../limits.ts'
import { mountAll, type PreparedMount } from '../load.ts'
import { observe } from '../observe.ts'
import type { Bench, Sample, Scenario } from '../scenario.ts'
import type { Running } from '../subject.ts'
import { freed, stormMounts, sweep } from './storm.ts'

type Work = (bench: Bench, running: Running, mounts: readonly PreparedMount[]) => Promise<Sample>

/** With batchReads, beside the same without it: in one run, each in a process of its own. */
export const batchScenarios: readonly Scenario[] = [
  batchScenario('batch-storm', 'Storm', 0.55, (bench, running, mounts) =>
    observe(bench, running, () => mountAll(running, mounts, mounts.length)),
  ),
  batchScenario('batch-sweep', 'Rotation sweep', 0.35, async (bench, running, mounts) => {
    await mountAll(running, mounts, mounts.length)
    return observe(bench, running, () => sweep(running, mounts))
  }),
]

function batchScenario(name: string, what: string, share: number, work: Work): Scenario {
  return {
    name,
    title: `${what} of ${storm.pods} pods × ${storm.secrets} secrets with batchReads`,
    repetitions: 5,
    quickRepetitions: 1,
    // A sweep finds its sessions; a storm exchanges a token for each of the accounts.
    limits: () => ({
      cpuShare: budget(share),
      awsCalls: budget(name === 'batch-sweep' ? 130 : 2 * storm.accounts),
    }),
    async run(bench) {
      const measured = async (batchReads: string) => {
        const running = await bench.start({ flags: freed })
        const sample = await work(bench, running, stormMounts(bench, { batchReads }))
        await running.stop()
        return sample
      }
      const without = await measured('false')
      const sample = await measured('true')
      const { cpuSeconds = 0 } = sample.metrics
      const awsCalls = Object.entries(sample.calls ?? {})
        .filter(([call]) => !call.startsWith('kubernetes '))
        .reduce((sum, [, count]) => sum + count, 0)
      const cpuShare = cpuSeconds / (without.metrics.cpuSeconds ?? Number.NaN)
      return { ...sample, metrics: { ...sample.metrics, cpuShare, awsCalls } }
    },
  }
}
