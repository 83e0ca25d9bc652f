import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { status } from '@grpc/grpc-js'
import { driverTexts } from '../harness/driver.ts'
import type { Bench } from './scenario.ts'
import type { Running } from './subject.ts'

export interface Pod {
  readonly pod: string
  readonly serviceAccount: string
  readonly parameters: Readonly<Record<string, string>>
}

/** A mount request made beforehand, so that minting its tokens is not measured. */
export interface PreparedMount {
  readonly targetPath: string
  readonly attributes: string
  readonly secrets: string
  readonly permission: string
  readonly currentObjectVersion: []
}

export interface Outcome {
  readonly ms: number
  /** Empty for success, else the status and its text. */
  readonly failure: string
}

/** kubelet gives up after two minutes. */
const kubeletMs = 120_000

export function prepareMount(bench: Bench, pod: Pod, targetPath = bench.newVolume()): PreparedMount {
  const texts = driverTexts(bench.emulator, { ...pod, podUid: randomUUID() })
  return { ...texts, targetPath, permission: '420', currentObjectVersion: [] }
}

/** The `objects` of a class: secrets and parameters by name. */
export function objectsOf(secrets: readonly string[], parameters: readonly string[] = []): string {
  return [
    ...secrets.map((name) => `- objectName: ${name}\n  objectType: secretsmanager\n`),
    ...parameters.map((name) => `- objectName: ${name}\n  objectType: ssmparameter\n`),
  ].join('')
}

/** Mounts once, as the driver does. Never rejects. */
export async function mountOnce(
  running: Running,
  mount: PreparedMount,
  timeoutMs = kubeletMs,
): Promise<Outcome> {
  const begun = performance.now()
  try {
    const { objectVersion } = await running.driver.mount(mount, timeoutMs)
    const failure = objectVersion.length === 0 ? 'an answer without object versions' : ''
    return { ms: performance.now() - begun, failure }
  } catch (error) {
    const { code, details, message } = error as { code?: number; details?: string; message?: string }
    const failure = `${code === undefined ? '' : status[code]} ${details ?? message}`
    return { ms: performance.now() - begun, failure }
  }
}

/** Mounts all, so many at once. */
export async function mountAll(
  running: Running,
  mounts: readonly PreparedMount[],
  atOnce: number,
): Promise<readonly Outcome[]> {
  const waiting = mounts.values()
  const outcomes: Outcome[] = []
  const caller = async () => {
    for (const mount of waiting) outcomes.push(await mountOnce(running, mount))
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, mounts.length) }, caller))
  return outcomes
}

/**
 * Callers that each mount again as soon as the last mount has ended, every time as a new pod with an empty
 * volume, until `enough` says so.
 */
export async function closedLoop(
  bench: Bench,
  running: Running,
  pods: readonly Pod[],
  enough: (done: number) => boolean,
): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = []
  const caller = async (pod: Pod) => {
    const prepared = prepareMount(bench, pod)
    rmSync(prepared.targetPath, { recursive: true })
    while (!enough(outcomes.length) && !running.over()) {
      const targetPath = bench.newVolume()
      outcomes.push(await mountOnce(running, { ...prepared, targetPath }))
      rmSync(targetPath, { recursive: true })
    }
  }
  await Promise.all(pods.map(caller))
  return outcomes
}
