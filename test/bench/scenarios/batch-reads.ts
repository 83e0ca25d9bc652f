import { storm } from '../bench-world.ts'
import { budget } from '../limits.ts'
import { mountAll, type PreparedMount } from '../load.ts'
import { observe } from '../observe.ts'
import type { Bench, Sample, Scenario } from '../scenario.ts'
import type { Running } from '../subject.ts'
import { freed, ownMounts, settle, stormMounts, sweep } from './storm.ts'

/** A provider whose pods mount with batchReads, or without. */
interface Side {
  readonly running: Running
  readonly mounts: readonly PreparedMount[]
}

interface Measurement {
  readonly name: string
  readonly title: string
  readonly mounts: typeof stormMounts
  readonly limits: ReturnType<Scenario['limits']>
  /** How often it is measured in a run: the two sides take turns, and their CPU is added up. */
  readonly times: number
  readonly before: (side: Side) => Promise<unknown>
  readonly work: (bench: Bench, side: Side) => Promise<Sample>
}

const stormShare = { cpuShare: budget(0.55) }
const sweepLimits = { cpuShare: budget(0.35), awsCalls: budget(130) }

/** With batchReads, beside the same without it: in one run, each in a process of its own. */
export const batchScenarios: readonly Scenario[] = [
  batchScenario({
    name: 'batch-storm',
    title: `Storm of ${storm.pods} pods × ${storm.secrets} secrets with batchReads`,
    mounts: stormMounts,
    limits: stormShare,
    times: 1,
    before: async () => undefined,
    work: mountAtOnce,
  }),
  batchScenario({
    name: 'batch-storm-own',
    title: `Storm with batchReads, each pod with ${storm.secrets} secrets of its own`,
    mounts: ownMounts,
    limits: stormShare,
    times: 1,
    before: async () => undefined,
    work: mountAtOnce,
  }),
  batchScenario({
    name: 'batch-sweep',
    title: `Second rotation sweep of ${storm.pods} pods × ${storm.secrets} secrets with batchReads`,
    mounts: stormMounts,
    limits: sweepLimits,
    times: 1,
    before: ({ running, mounts }) => settle(running, mounts),
    work: sweepOnce,
  }),
  batchScenario({
    name: 'batch-sweep-later',
    title: 'The same, sweeps 11 to 20',
    mounts: stormMounts,
    limits: sweepLimits,
    times: 10,
    before: ({ running, mounts }) => settle(running, mounts, 10),
    work: sweepOnce,
  }),
]

function mountAtOnce(bench: Bench, { running, mounts }: Side): Promise<Sample> {
  return observe(bench, running, () => mountAll(running, mounts, mounts.length))
}

function sweepOnce(bench: Bench, { running, mounts }: Side): Promise<Sample> {
  return observe(bench, running, () => sweep(running, mounts))
}

function batchScenario({ name, title, mounts, limits, times, before, work }: Measurement): Scenario {
  return {
    name,
    title,
    repetitions: 5,
    quickRepetitions: 1,
    limits: () => limits,
    async run(bench) {
      const start = async (batchReads: string): Promise<Side> => {
        const running = await bench.start({ flags: freed })
        const side = { running, mounts: mounts(bench, { batchReads }) }
        await before(side)
        return side
      }
      const without = await start('false')
      const withBatches = await start('true')
      let [cpuWithout, cpuWith] = [0, 0]
      let last: Sample = { metrics: {} }
      for (let time = 0; time < times; time += 1) {
        cpuWithout += cpuOf(await work(bench, without))
        last = await work(bench, withBatches)
        cpuWith += cpuOf(last)
      }
      const awsCalls = Object.entries(last.calls ?? {})
        .filter(([call]) => !call.startsWith('kubernetes '))
        .reduce((sum, [, count]) => sum + count, 0)
      const cpu = {
        cpuSeconds: cpuWith / times,
        cpuSecondsWithout: cpuWithout / times,
        cpuShare: cpuWith / cpuWithout,
      }
      return { ...last, metrics: { ...last.metrics, ...cpu, awsCalls } }
    },
  }
}

function cpuOf({ metrics: { cpuSeconds = Number.NaN } }: Sample): number {
  return cpuSeconds
}
