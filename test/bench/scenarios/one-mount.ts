import { names } from '../bench-world.ts'
import { coldLimit, warmLimit } from '../limits.ts'
import { mountAll, mountOnce, objectsOf, prepareMount } from '../load.ts'
import { observe, pick } from '../observe.ts'
import type { Scenario } from '../scenario.ts'
import { percentile } from '../statistics.ts'

const shapes: readonly (readonly [secrets: number, parameters: number])[] = [
  [1, 0],
  [10, 0],
  [50, 0],
  [0, 10],
  [0, 30],
  [10, 10],
]

/** One pod at a time: the first mount of a process, then those of further pods of the same service account. */
export const oneMountScenarios: readonly Scenario[] = shapes.map(([secrets, parameters]) => {
  const words = [
    ...(secrets > 0 ? [`${secrets} secret${secrets === 1 ? '' : 's'}`] : []),
    ...(parameters > 0 ? [`${parameters} parameters`] : []),
  ]
  const store = parameters === 0 ? 'secret' : secrets === 0 ? 'parameter' : 'both'
  const objects = objectsOf(names('secret', secrets), names('/app/parameter', parameters))
  return {
    name: `mount-${words.join('-').replaceAll(/\W+/g, '-')}`,
    title: `Mount of ${words.join(' and ')}`,
    repetitions: 5,
    quickRepetitions: 1,
    limits: (latency) => ({ firstMs: coldLimit(latency, store), laterMs: warmLimit(latency, store) }),
    async run(bench) {
      const running = await bench.start()
      const pod = { pod: 'shop-0', serviceAccount: 'shop', parameters: { objects } }
      const first = await mountOnce(running, prepareMount(bench, pod))
      const mounts = Array.from({ length: bench.quick ? 8 : 30 }, () => prepareMount(bench, pod))
      // The first few of a process run cold code.
      await mountAll(running, mounts.splice(0, 3), 1)
      const times: number[] = []
      const sample = await observe(bench, running, async () => {
        const outcomes = await mountAll(running, mounts, 1)
        times.push(...outcomes.map(({ ms }) => ms))
        return first.failure === '' ? outcomes : [first, ...outcomes]
      })
      return {
        ...sample,
        metrics: {
          firstMs: first.ms,
          laterMs: percentile(times, 50),
          slowestLaterMs: Math.max(...times),
          cpuMsPerMount: ((sample.metrics.cpuSeconds ?? 0) * 1000) / mounts.length,
          ...pick(sample, 'failures', 'connections', 'anonMiB'),
        },
      }
    },
  }
})
