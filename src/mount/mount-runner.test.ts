import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fault, faultsOf } from '../errors/provider-error.ts'
import type { PlannedObject } from '../plan/mount-plan.ts'
import { silentLog } from '../process/log.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { RawMountRequest } from '../request/mount-request.ts'
import { rawMountRequest } from '../request/pod-attributes.ts'
import { type Metrics, noMetrics } from './metrics.ts'
import { createMountTurns, type MountSteps } from './mount.ts'
import { createMountRunner } from './mount-runner.ts'

const pod = { name: 'shop-0', namespace: 'default', uid: '1', serviceAccount: 'shop' }
const raw: RawMountRequest = rawMountRequest(
  [
    ['region', 'us-east-1'],
    ['objects', '- {objectName: s, objectType: secretsmanager}'],
  ],
  pod,
  '/target',
)

const object: PlannedObject = {
  name: 's',
  store: 'secretsmanager',
  reads: [{ name: 's' }],
  file: { path: 's', mode: 0o644 },
  extracts: [],
}

interface Held {
  /** The stage that waits until it is let go. */
  readonly stage: 'fetch' | 'write'
  readonly entered: PromiseWithResolvers<AbortSignal>
  readonly release: PromiseWithResolvers<void>
}

/** Steps that do nothing, one of which can be held up. */
function stepsWith({ stage, entered, release }: Held): MountSteps<string> {
  const hold = async (now: Held['stage'], signal: AbortSignal) => {
    if (now !== stage) return
    entered.resolve(signal)
    await release.promise
  }
  return {
    maxVolumeBytes: 1,
    turns: createMountTurns(),
    findRegions: async () => ['us-east-1'],
    identify: async () => 'somebody',
    planMount: (_request, regions) => ({ regions, objects: [object], warnings: [] }),
    admit: async () => ({ valuesArrived() {}, leave() {} }),
    async readValues(_plan, _identity, signal) {
      await hold('fetch', signal)
      return [{ version: '1', region: 'us-east-1', content: new Sensitive(new Uint8Array(1)) }]
    },
    async deliver(_request, _files, signal) {
      await hold('write', signal)
      signal.throwIfAborted()
      return { objectVersions: [{ id: 's', version: '1' }], files: [] }
    },
  }
}

function runHeld(stage: Held['stage']) {
  const held: Held = { stage, entered: Promise.withResolvers(), release: Promise.withResolvers() }
  const runner = createMountRunner({ steps: stepsWith(held), log: silentLog, metrics: noMetrics })
  const caller = new AbortController()
  const ended = runner.run(raw, { deadline: Number.POSITIVE_INFINITY, signal: caller.signal })
  return { ...held, caller, ended }
}

test('a mount whose caller is lost while it reads is given up at once', async () => {
  const { entered, caller, ended } = runHeld('fetch')
  const signal = await entered.promise
  caller.abort()
  await assert.rejects(ended, { code: 'MOUNT_CANCELLED' })
  assert.equal(signal.aborted, true)
})

test('a mount whose caller is lost while it writes writes to the end: the pod may start with what is there', async () => {
  const { entered, release, caller, ended } = runHeld('write')
  const signal = await entered.promise
  caller.abort()
  release.resolve()
  assert.equal((await ended).objectVersions.length, 1)
  assert.equal(signal.aborted, false)
})

test('a mount that is ended while it writes, when the process stops, ends', async () => {
  const { entered, caller, ended } = runHeld('write')
  await entered.promise
  caller.abort(fault('SHUTTING_DOWN', {}))
  await assert.rejects(ended, { code: 'SHUTTING_DOWN' })
})

test('a mount that has had its time ends with an error that says so', async () => {
  const held: Held = { stage: 'fetch', entered: Promise.withResolvers(), release: Promise.withResolvers() }
  let stages: readonly string[] = []
  const metrics: Metrics = {
    ...noMetrics,
    mountEnded({ stageSeconds }) {
      stages = [...stageSeconds.keys()]
    },
  }
  const runner = createMountRunner({ steps: stepsWith(held), log: silentLog, metrics })
  const { signal } = new AbortController()
  // Five seconds before the caller's deadline, which is soon.
  const ended = runner.run(raw, { deadline: Date.now() + 5_050, signal })
  await assert.rejects(ended, { code: 'MOUNT_TIMED_OUT', message: /while reading from AWS/ })
  // The stage that took too long is told, though it has not ended.
  assert.deepEqual(stages, ['queue', 'request', 'region', 'identity', 'fetch'])
})

test('of a mount that was refused while it waited for its turn, the wait is told', async () => {
  const held: Held = { stage: 'fetch', entered: Promise.withResolvers(), release: Promise.withResolvers() }
  const ends: (readonly string[])[] = []
  const metrics: Metrics = {
    ...noMetrics,
    mountEnded({ stageSeconds }) {
      ends.push([...stageSeconds.keys()])
    },
  }
  const runner = createMountRunner({ steps: stepsWith(held), log: silentLog, metrics })
  const stays = new AbortController()
  const leaves = new AbortController()
  const run = (signal: AbortSignal) =>
    runner.run(raw, { deadline: Number.POSITIVE_INFINITY, signal }).catch(() => {})
  const inside = Array.from({ length: 110 }, () => run(stays.signal))
  const waiting = run(leaves.signal)
  leaves.abort()
  await waiting
  assert.deepEqual(ends, [['queue']])
  stays.abort()
  held.release.resolve()
  await Promise.all(inside)
})

test('no more mounts wait than the provider keeps in memory', async () => {
  const held: Held = { stage: 'fetch', entered: Promise.withResolvers(), release: Promise.withResolvers() }
  const runner = createMountRunner({ steps: stepsWith(held), log: silentLog, metrics: noMetrics })
  const abort = new AbortController()
  const run = () => runner.run(raw, { deadline: Number.POSITIVE_INFINITY, signal: abort.signal })
  const first = run().catch(() => {})
  await held.entered.promise
  const others = Array.from({ length: 2_109 }, () => run().catch(() => {}))
  while (runner.waiting < 2_000) await new Promise((resume) => setImmediate(resume))
  await assert.rejects(run(), { code: 'TOO_MANY_MOUNTS' })
  abort.abort()
  held.release.resolve()
  await Promise.all([first, ...others])
})

test('a request that is too large is refused at once, however many mounts are under way', async () => {
  const held: Held = { stage: 'fetch', entered: Promise.withResolvers(), release: Promise.withResolvers() }
  const runner = createMountRunner({ steps: stepsWith(held), log: silentLog, metrics: noMetrics })
  const { signal } = new AbortController()
  const run = (request: RawMountRequest) =>
    runner.run(request, { deadline: Number.POSITIVE_INFINITY, signal })
  const mounts = Array.from({ length: 110 }, () => run(raw))
  await held.entered.promise
  const large = rawMountRequest(Object.entries({ objects: ' '.repeat(250_000) }), pod, '/target')
  await assert.rejects(run(large), { code: 'REQUEST_TOO_LARGE' })
  held.release.resolve()
  await Promise.all(mounts)
})

test('a mount that fails before its objects are looked at tells what is wrong with them, unless they are very long', async () => {
  const refuse = async () => {
    throw fault('MOUNT_CANCELLED', {})
  }
  const held: Held = { stage: 'fetch', entered: Promise.withResolvers(), release: Promise.withResolvers() }
  const steps = { ...stepsWith(held), identify: refuse }
  const runner = createMountRunner({ steps, log: silentLog, metrics: noMetrics })
  const { signal } = new AbortController()
  const codes = async (objects: string) => {
    const long = rawMountRequest(Object.entries({ objects }), pod, '/target')
    const error = await runner
      .run(long, { deadline: Number.POSITIVE_INFINITY, signal })
      .catch((thrown) => thrown)
    return faultsOf(error).map(({ code }) => code)
  }
  assert.deepEqual(await codes('- {objectName: s}'), ['MOUNT_CANCELLED', 'OBJECT_TYPE_MISSING'])
  assert.deepEqual(await codes(`- {objectName: s} # ${'x'.repeat(70_000)}`), ['MOUNT_CANCELLED'])
})
