import { budget } from '../limits.ts'
import { closedLoop } from '../load.ts'
import { observe, pick } from '../observe.ts'
import type { Sample, Scenario } from '../scenario.ts'
import { slopeOf } from '../statistics.ts'
import { anonMiB, descriptors } from '../usage.ts'
import { loopPods } from './load.ts'

const points = 50
/** Growth until caches are full and code is compiled is no leak. */
const settledAfter = 0.2

/** Whether memory or descriptors grow with the number of mounts. */
export const enduranceScenarios: readonly Scenario[] = [
  {
    name: 'endurance',
    title: 'Tens of thousands of mounts in a closed loop',
    repetitions: 1,
    quickRepetitions: 0,
    optIn: true,
    limits: () => ({ anonSlope: budget(0, 'flat'), descriptorSlope: budget(0, 'flat') }),
    async run(bench) {
      await bench.emulator.setLatency({})
      const running = await bench.start({ flags: ['--qps=100000', '--burst=100000'] })
      const series: (readonly [number, number, number])[] = []
      const step = bench.mounts / points
      const sample = await observe(bench, running, () =>
        closedLoop(bench, running, loopPods(), (done) => {
          if (done >= series.length * step)
            series.push([done, anonMiB(running.pid), descriptors(running.pid)])
          return done >= bench.mounts
        }),
      )
      const settled = series.filter(([done]) => done >= bench.mounts * settledAfter)
      const perThousand = (column: 1 | 2) => slopeOf(settled.map((point) => [point[0] / 1000, point[column]]))
      const metrics: Sample['metrics'] = {
        anonSlope: perThousand(1) * 1024,
        descriptorSlope: perThousand(2),
        descriptors: descriptors(running.pid),
        ...pick(sample, 'wallMs', 'p50Ms', 'p99Ms', 'failures', 'connections', 'anonMiB', 'cpuSeconds'),
      }
      return { ...sample, metrics, series }
    },
  },
]
