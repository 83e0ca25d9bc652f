import { bigSecrets, homeRegion, loopAccounts, names } from '../bench-world.ts'
import { budget, warmLimit } from '../limits.ts'
import { closedLoop, mountAll, mountOnce, objectsOf, type Pod, prepareMount } from '../load.ts'
import { observe, pick } from '../observe.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { descriptors } from '../usage.ts'

const throttledSecrets = 20

export function loopPods(): readonly Pod[] {
  return names('loop', loopAccounts).map((name) => ({
    pod: name,
    serviceAccount: name,
    parameters: { objects: objectsOf(['secret-0']) },
  }))
}

/** What a provider does when it is the bottleneck, when AWS pushes back, and when values are large. */
export const loadScenarios: readonly Scenario[] = [
  {
    name: 'loop',
    title: `Closed loop: ${loopAccounts} callers of ${loopAccounts} identities, one secret each, no latency`,
    repetitions: 5,
    quickRepetitions: 1,
    limits: () => ({ mountsPerSecond: budget(366), cpuMsPerMount: budget(2.66) }),
    async run(bench) {
      await bench.emulator.setLatency({})
      const running = await bench.start({ flags: ['--qps=100000', '--burst=100000'] })
      const until = (seconds: number) => {
        const end = performance.now() + seconds * 1000
        return () => performance.now() > end
      }
      await closedLoop(bench, running, loopPods(), until(bench.quick ? 1 : 3))
      let mounts = 0
      const sample = await observe(bench, running, async () => {
        const outcomes = await closedLoop(bench, running, loopPods(), until(bench.quick ? 2 : 8))
        mounts = outcomes.length
        return outcomes
      })
      const { wallMs = 0, cpuSeconds = 0 } = sample.metrics
      return {
        ...sample,
        metrics: {
          mountsPerSecond: mounts / (wallMs / 1000),
          cpuMsPerMount: (cpuSeconds * 1000) / mounts,
          ...pick(sample, 'p50Ms', 'p99Ms', 'worldCpuSeconds', 'failures', 'connections', 'anonMiB'),
          descriptors: descriptors(running.pid),
        },
      }
    },
  },
  {
    name: 'throttled',
    title: `One answer in ten throttled: mounts of ${throttledSecrets} secrets, 8 at a time`,
    repetitions: 3,
    quickRepetitions: 1,
    limits: (latency) => ({ p50Ms: warmLimit(latency) }),
    async run(bench) {
      const parameters = { objects: objectsOf(names('secret', throttledSecrets)) }
      const pod = { pod: 'shop-0', serviceAccount: 'shop', parameters }
      const running = await bench.start({ flags: ['--qps=100000', '--burst=100000'] })
      await mountOnce(running, prepareMount(bench, pod))
      await bench.emulator.addFault({
        when: { service: 'secretsmanager', region: homeRegion, probability: 0.1 },
        effect: { do: 'error', code: 'ThrottlingException', message: 'Rate exceeded', status: 400 },
      })
      const mounts = Array.from({ length: bench.quick ? 60 : 200 }, () => prepareMount(bench, pod))
      return observe(bench, running, () => mountAll(running, mounts, 8))
    },
  },
  bigScenario('big', 'one pod', 1),
  bigScenario('big-eight', 'eight pods of eight identities at once', 8),
  bigScenario('batch-big-eight', 'the same with batchReads', 8, { batchReads: 'true' }),
]

function bigScenario(
  name: string,
  who: string,
  atOnce: number,
  more: Readonly<Record<string, string>> = {},
): Scenario {
  return {
    name,
    title: `${bigSecrets} secrets of 64 KiB, ${who}`,
    repetitions: 5,
    quickRepetitions: 1,
    limits: (latency) => ({ wallMs: warmLimit(latency), anonMiB: budget(60) }),
    async run(bench) {
      const running = await bench.start()
      for (const pod of loopPods().slice(0, atOnce)) await mountOnce(running, prepareMount(bench, pod))
      const mounts = bigMounts(bench, atOnce, more)
      return observe(bench, running, () => mountAll(running, mounts, atOnce))
    },
  }
}

/** Each pod of an identity of its own, so that no two share what they read. `more`: parameters of the class. */
export function bigMounts(bench: Bench, count: number, more: Readonly<Record<string, string>> = {}) {
  const parameters = { objects: objectsOf(names('big', bigSecrets)), ...more }
  const pods = loopPods().slice(0, count)
  return pods.map((pod) => prepareMount(bench, { ...pod, parameters }))
}
