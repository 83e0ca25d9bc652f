import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchEmulator } from '../bench-emulator.ts'
import { farRegion, homeRegion, turned, turningSecret } from '../bench-world.ts'
import { startChaosNode } from '../chaos/node.ts'
import { playPods } from '../chaos/pods.ts'
import { troubles } from '../chaos/troubles.ts'
import { budget } from '../limits.ts'
import type { Bench, Scenario } from '../scenario.ts'
import { anonMiB, descriptorNames } from '../usage.ts'

const pods = 24
const fullSeconds = 600
const quickSeconds = 60
const troubleMs = 3_000
const calmMs = 1_000
const betweenTurnsMs = 1_500
/** After all troubles: what still waits by then is lost. */
const mendedMs = 60_000
/** Idle connections are closed by then. */
const idleMs = 20_000

/** Whether anything stays behind when everything goes wrong, one after the other. */
export const chaosScenarios: readonly Scenario[] = [
  {
    name: 'chaos',
    title: `Chaos: ${pods} pods that come and go while ${troubles.length} kinds of trouble take turns`,
    repetitions: 1,
    quickRepetitions: 0,
    optIn: true,
    needs: ['namespace', 'cgroup'],
    limits: () => ({
      lostMounts: budget(0),
      tornSets: budget(0),
      wrongEnds: budget(0),
      openBreakers: budget(0),
      descriptorsLeft: budget(0),
      leftAnonMiB: budget(50),
      restarts: budget(0),
      kills: budget(0),
    }),
    async run(bench) {
      const node = await startChaosNode(bench)
      try {
        return await play(bench, node)
      } finally {
        node.stop()
      }
    },
  },
]

async function play(bench: Bench, node: Awaited<ReturnType<typeof startChaosNode>>) {
  const { emulator } = bench
  const seconds = bench.seconds ?? (bench.quick ? quickSeconds : fullSeconds)
  const begun = performance.now()
  const warm = playPods(bench, node, 2)
  await sleep(calmMs)
  await warm.stop()
  await sleep(idleMs)
  const before = descriptorNames(node.provider().pid)
  const stopTurning = turn(emulator)
  const { seen, stop } = playPods(bench, node, pods)
  const possible = troubles.filter(({ name }) => node.hasClock || !name.startsWith('the clock'))
  let count = 0
  while (performance.now() - begun < seconds * 1000 || count < possible.length) {
    const trouble = possible[count % possible.length]
    count += 1
    await trouble?.begin(emulator, node)
    await sleep(troubleMs)
    await trouble?.end?.(emulator, node)
    await sleep(calmMs)
    await emulator.clearFaults()
  }
  const ended = stop()
  await Promise.race([ended, sleep(mendedMs)])
  const lost = seen.waiting
  await stopTurning()
  await sleep(idleMs)
  const { pid, cgroup } = node.provider()
  // Before we ask for metrics ourselves, by a connection that stays open.
  const after = descriptorNames(pid)
  return {
    metrics: {
      wallMs: performance.now() - begun,
      troubles: count,
      mounts: seen.mounts,
      failures: seen.failures,
      lostMounts: lost,
      tornSets: seen.torn.length,
      wrongEnds: seen.wrong.length,
      openBreakers: await openBreakers(node.metrics()),
      descriptorsLeft: Math.max(0, after.length - before.length),
      leftAnonMiB: anonMiB(pid),
      restarts: node.ended(),
      kills: cgroup?.kills() ?? 0,
    },
    notes: [
      ...[...new Set([...seen.torn, ...seen.wrong])].map((note) => note.slice(0, 300)).slice(0, 3),
      ...(after.length > before.length ? [`left over: ${without(after, before).join('; ')}`] : []),
    ],
  }
}

/** Those of `names` that are more than there were. */
function without(names: readonly string[], before: readonly string[]): readonly string[] {
  const rest = [...before]
  return names.filter((name) => {
    const at = rest.indexOf(name)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
}

/** Rotates the secret in both regions, again and again. Gives what ends it. */
function turn(emulator: BenchEmulator): () => Promise<void> {
  let over = false
  const turning = (async () => {
    for (let generation = 1; !over; generation += 1) {
      const rotation = { secret: turningSecret.name, string: turned(generation) }
      for (const region of [homeRegion, farRegion]) await emulator.rotate({ region, ...rotation })
      await sleep(betweenTurnsMs)
    }
  })()
  return () => {
    over = true
    return turning
  }
}

async function openBreakers(address: string): Promise<number> {
  const text = await (await fetch(address)).text()
  return [...text.matchAll(/^ascp_region_breaker_open\{.*\} (\d+)$/gm)].reduce(
    (sum, [, open]) => sum + Number(open),
    0,
  )
}
