import { storm } from '../bench-world.ts'
import { budget } from '../limits.ts'
import { mountAll, type PreparedMount } from '../load.ts'
import { observe } from '../observe.ts'
import type { Bench, Sample, Scenario } from '../scenario.ts'
import type { Running } from '../subject.ts'
import { freed, settle, stormMounts, sweep } from './storm.ts'

/** A provider whose pods mount with batchReads, or without. */
interface Side {
  readonly running: Running
  readonly mounts: readonly PreparedMount[]
}

interface Measurement {
  readonly name: string
  readonly title: string
  /** CPU as a share of that without batchReads. */
  readonly share: number
  readonly before: (side: Side) => Promise<unknown>
  readonly work: (bench: Bench, side: Side) => Promise<Sample>
}

/** With batchReads, beside the same without it: in one run, each in a process of its own. */
export const batchScenarios: readonly Scenario[] = [
  batchScenario({
    name: 'batch-storm',
    title: 'Storm',
    share: 0.55,
    before: async () => undefined,
    work: (bench, { running, mounts }) =>
      observe(bench, running, () => mountAll(running, mounts, mounts.length)),
  }),
  batchScenario({
    name: 'batch-sweep',
    title: 'Second rotation sweep',
    share: 0.35,
    before: ({ running, mounts }) => settle(running, mounts),
    work: (bench, { running, mounts }) => observe(bench, running, () => sweep(running, mounts)),
  }),
]

function batchScenario({ name, title, share, before, work }: Measurement): Scenario {
  return {
    name,
    title: `${title} of ${storm.pods} pods × ${storm.secrets} secrets with batchReads`,
    repetitions: 5,
    quickRepetitions: 1,
    limits: () => ({ cpuShare: budget(share), awsCalls: budget(130) }),
    async run(bench) {
      const start = async (batchReads: string): Promise<Side> => {
        const running = await bench.start({ flags: freed })
        const side = { running, mounts: stormMounts(bench, { batchReads }) }
        await before(side)
        return side
      }
      const without = await start('false')
      const withBatches = await start('true')
      const usual = await work(bench, without)
      const sample = await work(bench, withBatches)
      const awsCalls = Object.entries(sample.calls ?? {})
        .filter(([call]) => !call.startsWith('kubernetes '))
        .reduce((sum, [, count]) => sum + count, 0)
      const cpuSecondsWithout = cpuOf(usual)
      const cpuShare = cpuOf(sample) / cpuSecondsWithout
      return { ...sample, metrics: { ...sample.metrics, cpuSecondsWithout, cpuShare, awsCalls } }
    },
  }
}

function cpuOf({ metrics: { cpuSeconds = Number.NaN } }: Sample): number {
  return cpuSeconds
}
