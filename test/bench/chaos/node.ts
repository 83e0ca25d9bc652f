import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench } from '../scenario.ts'
import type { Running } from '../subject.ts'
import { descriptors } from '../usage.ts'
import { createSteppedClock } from './clock-step.ts'

const memoryBytes = 100 * 2 ** 20
const volumesMiB = 16

/** A node whose memory for volumes, descriptors, clock and provider can be meddled with. */
export interface ChaosNode {
  /** The provider of now. */
  provider(): Running
  /** A folder on the file system of its volumes. */
  readonly volumes: string
  /** Where the provider of now tells its metrics. */
  metrics(): string
  /** Whether its wall clock can be set. */
  readonly hasClock: boolean
  setClock(seconds: number): void
  /** A rolling update: a successor takes the socket over, then the old one is told to end. */
  replace(): Promise<void>
  /** Whether the file system of the volumes takes nothing more. */
  setFull(full: boolean): void
  /** Leaves the provider so many descriptors more than it has; none: as many as at its start. */
  limitDescriptors(more?: number): void
  /** Providers that ended without being told to. */
  readonly ended: () => number
  stop(): void
}

/** Starts the first provider, with volumes on a file system of their own. Takes root of a mount namespace. */
export async function startChaosNode(bench: Bench): Promise<ChaosNode> {
  const folder = bench.newVolume()
  const [volumes, socketFolder] = [join(folder, 'volumes'), join(folder, 'socket')]
  for (const path of [volumes, socketFolder]) mkdirSync(path)
  run('mount', '-t', 'tmpfs', '-o', `size=${volumesMiB}m`, 'tmpfs', volumes)
  const clock = createSteppedClock(join(folder, 'clock'))
  let [starts, ended] = [0, 0]
  const start = async () => {
    starts += 1
    const provider = await bench.start({
      socketFolder,
      flags: ['--qps=100000', '--burst=100000', `--health-port=${portOf(starts)}`],
      limits: { memoryBytes },
      ...(clock === undefined ? {} : { environment: clock.environment }),
    })
    // The one before it answers on the socket too.
    while (!(await isReady(starts))) await sleep(50)
    return provider
  }
  let provider = await start()
  return {
    provider: () => provider,
    volumes,
    metrics: () => `http://127.0.0.1:${portOf(starts)}/metrics`,
    hasClock: clock !== undefined,
    setClock: (seconds) => clock?.set(seconds),
    async replace() {
      const old = provider
      if (old.over()) ended += 1
      provider = await start()
      old.process.kill('SIGTERM')
      // Mounts that it has under way are answered before it ends.
      while (!old.over()) await sleep(50)
      await old.stop()
    },
    setFull(full) {
      const filler = join(volumes, 'filler')
      if (full) fill(filler)
      else rmSync(filler, { force: true })
    },
    limitDescriptors(more) {
      const soft = more === undefined ? '1024' : `${descriptors(provider.pid) + more}`
      run('prlimit', `--pid=${provider.pid}`, `--nofile=${soft}:`)
    },
    ended: () => ended + (provider.over() ? 1 : 0),
    stop: () => run('umount', '--lazy', volumes),
  }
}

/** Takes what there is to the last page. */
function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(2 ** 16))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  }
}

/** As the kubelet asks, before it ends the pod before. */
async function isReady(start: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${portOf(start)}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function portOf(start: number): number {
  return 9_000 + start
}

function run(program: string, ...words: readonly string[]): void {
  const { status, stderr } = spawnSync(program, words, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${words.join(' ')}: ${stderr}`)
}
