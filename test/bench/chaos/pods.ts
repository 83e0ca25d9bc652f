import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { farRegion, names, turningSecret } from '../bench-world.ts'
import { mountOnce, prepareMount } from '../load.ts'
import type { Bench } from '../scenario.ts'
import type { ChaosNode } from './node.ts'
import { readSet } from './read-set.ts'

const firstPauseMs = 200
const longestPauseMs = 3_000
/** So often a pod is remounted before it goes: rotation, in quick motion. */
const remounts = 4
const betweenMs = 500
const readEveryMs = 40
/** kubelet keeps the empty directory for these: the pod would start. */
const takenForMounted = /^(CANCELLED|DEADLINE_EXCEEDED|UNAVAILABLE|RESOURCE_EXHAUSTED|ABORTED) /

/** What was seen of pods that come and go. */
export interface PodsSeen {
  mounts: number
  failures: number
  /** Pods that wait for their first mount. */
  waiting: number
  /** Sets that were read, and those whose files did not belong together. */
  setsRead: number
  readonly torn: string[]
  /** Answers that kubelet takes for mounted, and pods told to start that had no files. */
  readonly wrong: string[]
}

/** Pods of one class, which come, are remounted and go, until they are told to stop; each has a reader of its own. */
export function playPods(bench: Bench, node: ChaosNode, count: number) {
  const seen: PodsSeen = { mounts: 0, failures: 0, waiting: 0, setsRead: 0, torn: [], wrong: [] }
  const mounted = new Set<string>()
  let over = false
  const keys = names('key', turningSecret.keys)
  const jmesPath = keys.map((key) => ({ path: `"${key}"`, objectAlias: key }))
  const objects = JSON.stringify([
    { objectName: turningSecret.name, objectType: 'secretsmanager', jmesPath },
    { objectName: 'secret-0', objectType: 'secretsmanager' },
  ])
  const check = (volume: string): boolean => {
    const set = readSet(volume)
    if (set === undefined) return false
    seen.setsRead += 1
    const generations = new Set(keys.map((key) => set.get(key)))
    const whole = set.size === keys.length + 2 && set.get('secret-0') === 'value of secret-0'
    if (!whole || generations.size !== 1 || generations.has(undefined)) {
      seen.torn.push(`${set.size} files of ${[...generations].join(', ')}`)
    }
    return true
  }
  const mountUntilItIsDone = async (request: ReturnType<typeof prepareMount>) => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const { failure } = await mountOnce(node.provider(), request)
      seen.mounts += 1
      if (failure === '') return
      seen.failures += 1
      if (takenForMounted.test(failure)) seen.wrong.push(failure)
      await sleep(pauseMs)
    }
  }
  const life = async (at: number) => {
    const parameters = { objects, ...(at % 2 === 0 ? {} : { failoverRegion: farRegion }) }
    while (!over) {
      const volume = mkdtempSync(join(node.volumes, 'pod-'))
      const request = () => prepareMount(bench, { pod: 'shop-0', serviceAccount: 'shop', parameters }, volume)
      seen.waiting += 1
      await mountUntilItIsDone(request())
      seen.waiting -= 1
      if (!check(volume) && !check(volume)) seen.wrong.push('a pod was told to start, and has no files')
      mounted.add(volume)
      for (let time = 0; time < remounts && !over; time += 1) {
        await sleep(betweenMs)
        await mountUntilItIsDone(request())
      }
      mounted.delete(volume)
      rmSync(volume, { recursive: true })
    }
  }
  const reader = setInterval(() => mounted.forEach(check), readEveryMs)
  const lives = Promise.all(Array.from({ length: count }, (_, at) => life(at)))
  return {
    seen,
    async stop() {
      over = true
      await lives
      clearInterval(reader)
    },
  }
}
