import { homeRegion, ownSecrets, storm, stormSecrets } from '../bench-world.ts'
import { budget, coldLimit, warmLimit } from '../limits.ts'
import { mountAll, objectsOf, type PreparedMount, prepareMount } from '../load.ts'
import { observe } from '../observe.ts'
import type { Bench, Scenario } from '../scenario.ts'
import type { Running } from '../subject.ts'

/** kubelet republishes a few volumes at a time. */
const sweepAtOnce = 8
/** Flags without a limit on Kubernetes calls. */
export const freed = ['--qps=100000', '--burst=100000']

/** Parameters of a class, beside its objects. */
type MoreParameters = Readonly<Record<string, string>>

/** Every pod of the node, prepared: each of an account whose pods all mount the same secrets. */
export function stormMounts(bench: Bench, more: MoreParameters = {}): readonly PreparedMount[] {
  return mountsOf(bench, (pod) => stormSecrets(pod % storm.accounts), more)
}

/** The same pods, each with secrets that no other mounts: no read is shared. */
export function ownMounts(bench: Bench, more: MoreParameters = {}): readonly PreparedMount[] {
  return mountsOf(bench, ownSecrets, more)
}

function mountsOf(
  bench: Bench,
  secretsOf: (pod: number) => readonly string[],
  more: MoreParameters,
): readonly PreparedMount[] {
  return Array.from({ length: storm.pods }, (_, pod) => {
    const account = pod % storm.accounts
    const objects = objectsOf(secretsOf(pod))
    return prepareMount(bench, {
      pod: `storm-${pod}`,
      serviceAccount: `team-${account}`,
      parameters: { objects, ...more },
    })
  })
}

/** The same volumes again, with the tokens of now. */
export async function sweep(running: Running, mounts: readonly PreparedMount[]) {
  return mountAll(running, mounts, sweepAtOnce)
}

/**
 * Mounts all and sweeps, once unless told otherwise, unmeasured: a node sweeps for as long as a pod lives, and the first
 * time after the mount is the one that is different.
 */
export async function settle(running: Running, mounts: readonly PreparedMount[], sweeps = 1): Promise<void> {
  await mountAll(running, mounts, mounts.length)
  for (let done = 0; done < sweeps; done += 1) await sweep(running, mounts)
}

/** A rotation of one secret in twenty. */
export async function changeSome(bench: Bench): Promise<void> {
  const all = Array.from({ length: storm.accounts }, (_, account) => stormSecrets(account)).flat()
  for (const [index, secret] of all.entries()) {
    if (index % 20 === 7)
      await bench.emulator.rotate({ region: homeRegion, secret, string: `rotated ${Date.now()}` })
  }
}

const what = `${storm.pods} pods × ${storm.secrets} secrets of ${storm.accounts} service accounts`

export const stormScenarios: readonly Scenario[] = [
  stormScenario('storm', `Storm: ${what}, all at once`, stormMounts, []),
  stormScenario('storm-freed', 'The same without a limit on Kubernetes calls', stormMounts, freed),
  stormScenario('storm-own', 'The same, each pod with 20 secrets of its own', ownMounts, freed),
  sweepScenario(
    'sweep',
    `Rotation sweep, the second: the ${storm.pods} pods again, ${sweepAtOnce} at a time`,
    false,
  ),
  sweepScenario('sweep-changed', 'Rotation sweep, the second, one secret in twenty changed', true),
]

function stormScenario(
  name: string,
  title: string,
  mountsFor: (bench: Bench) => readonly PreparedMount[],
  flags: readonly string[],
): Scenario {
  return {
    name,
    title,
    repetitions: 5,
    quickRepetitions: 1,
    limits: (latency) => ({ wallMs: coldLimit(latency), anonMiB: budget(80), chargeMiB: budget(100) }),
    async run(bench) {
      const running = await bench.start({ flags })
      const mounts = mountsFor(bench)
      return observe(bench, running, () => mountAll(running, mounts, mounts.length))
    },
  }
}

function sweepScenario(name: string, title: string, changed: boolean): Scenario {
  return {
    name,
    title,
    repetitions: 5,
    quickRepetitions: 1,
    limits: (latency) => {
      const rounds = Math.ceil(storm.pods / sweepAtOnce)
      const wall = { value: rounds * warmLimit(latency).value, why: `${rounds} round trips` }
      return { wallMs: wall, p50Ms: warmLimit(latency) }
    },
    async run(bench) {
      const running = await bench.start({ flags: freed })
      const mounts = stormMounts(bench)
      await settle(running, mounts)
      if (changed) await changeSome(bench)
      return observe(bench, running, () => sweep(running, mounts))
    },
  }
}
