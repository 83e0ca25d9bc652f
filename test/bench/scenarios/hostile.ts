import { rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { storm } from '../bench-world.ts'
import { budget } from '../limits.ts'
import { mountAll, mountOnce, type Outcome, type PreparedMount, prepareMount } from '../load.ts'
import { observe } from '../observe.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { percentile } from '../statistics.ts'
import type { Running } from '../subject.ts'
import { type HostileClass, hostileClasses, hostileFaults } from './hostile-classes.ts'
import { stormMounts } from './storm.ts'

const memoryBytes = 100 * 2 ** 20
/** kubelet mounts a few volumes at a time. */
const atOnce = 8
/** kubelet tries again after half a second, then waits twice as long each time. */
const firstPauseMs = 500
const longestPauseMs = 4_000
/** What any class may end with where there is no room: it is tried again. */
const noRoom = / (REQUESTS_EXCEED_MEMORY|VOLUME_EXCEEDS_MEMORY|OBJECTS_EXCEED_MEMORY):/

/** Whether what strangers write and name hurts those who do as they should, on the same node. */
export const hostileScenarios: readonly Scenario[] = [
  {
    name: 'hostile',
    title: `Inside 100 MiB: ${storm.pods} pods that come and go, alone, then beside ${hostileClasses.length} hostile classes`,
    repetitions: 1,
    quickRepetitions: 1,
    optIn: true,
    needs: ['namespace', 'cgroup'],
    limits: () => ({
      failures: budget(0),
      wrongEnds: budget(0),
      restarts: budget(0),
      kills: budget(0),
      p99Share: budget(1.5),
      chargeMiB: budget(100),
    }),
    async run(bench) {
      for (const fault of hostileFaults) await bench.emulator.addFault(fault)
      const running = await bench.start({
        limits: { memoryBytes },
        flags: ['--qps=100000', '--burst=100000'],
      })
      const mounts = stormMounts(bench)
      const settled = await mountAll(running, mounts, mounts.length)
      await podsComeAndGo(bench, running, mounts, bench.quick ? 2 : 10)
      const alone = await podsComeAndGo(bench, running, mounts, bench.quick ? 5 : 20)
      const hostile: Hostility = { over: false, mounts: 0, wrongEnds: [] }
      const strangers = hostileClasses.map((kind, at) => ({ kind, mounts: mountsOf(bench, kind, at) }))
      const neighbours = Promise.all(
        strangers.map(({ kind, mounts }) => play(running, kind, mounts, hostile)),
      )
      const sample = await observe(bench, running, () =>
        podsComeAndGo(bench, running, mounts, bench.quick ? 15 : 60),
      )
      hostile.over = true
      await neighbours
      const last = await mountAll(running, mounts, atOnce)
      const failures = [...settled, ...alone, ...last].filter(({ failure }) => failure !== '')
      const before = percentile(
        alone.map(({ ms }) => ms),
        99,
      )
      const metrics = {
        ...sample.metrics,
        failures: (sample.metrics.failures ?? 0) + failures.length,
        p99Share: (sample.metrics.p99Ms ?? Number.NaN) / before,
        hostileMounts: hostile.mounts,
        wrongEnds: hostile.wrongEnds.length,
        restarts: running.over() ? 1 : 0,
      }
      const notes = [...(sample.notes ?? []), ...failures.map(({ failure }) => failure), ...hostile.wrongEnds]
      return { ...sample, metrics, notes: notes.map((note) => note.slice(0, 300)).slice(0, 3) }
    },
  },
]

interface Hostility {
  over: boolean
  mounts: number
  readonly wrongEnds: string[]
}

/** Prepared before the clock runs: tokens for all the pods take seconds. */
function mountsOf(bench: Bench, { parameters, pods = 2 }: HostileClass, at: number): PreparedMount[] {
  const pod = { pod: `hostile-${at}`, serviceAccount: `hostile-${at}`, parameters }
  return Array.from({ length: pods }, () => prepareMount(bench, pod))
}

/** The pods of one hostile class: each tries as kubelet does, until all is over. */
async function play(
  running: Running,
  { name, ends, patienceMs }: HostileClass,
  mounts: readonly PreparedMount[],
  hostility: Hostility,
): Promise<void> {
  const tryAgainAndAgain = async (mount: PreparedMount) => {
    for (let pauseMs = firstPauseMs; !hostility.over && !running.over(); ) {
      const { failure } = await mountOnce(running, mount, patienceMs)
      hostility.mounts += 1
      if (!ends.test(failure) && !noRoom.test(failure)) hostility.wrongEnds.push(`${name}: ${failure}`)
      await sleep(pauseMs)
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    }
    rmSync(mount.targetPath, { recursive: true, force: true })
  }
  await Promise.all(mounts.map(tryAgainAndAgain))
}

/** Callers that mount one pod after the other, every time as a new one with an empty volume, beside those that stay. */
async function podsComeAndGo(
  bench: Bench,
  running: Running,
  mounts: readonly PreparedMount[],
  seconds: number,
): Promise<readonly Outcome[]> {
  const end = performance.now() + seconds * 1000
  const outcomes: Outcome[] = []
  let next = 0
  const caller = async () => {
    while (performance.now() < end && !running.over()) {
      const mount = mounts[next % mounts.length] as PreparedMount
      next += 1
      const targetPath = bench.newVolume()
      outcomes.push(await mountOnce(running, { ...mount, targetPath }))
      rmSync(targetPath, { recursive: true })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, caller))
  return outcomes
}
