import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ByteBudget } from '../src/admission/byte-budget.ts'
import { createRequestRoom } from '../src/admission/request-room.ts'
import { createRegionGates } from '../src/aws/region-gates.ts'
import { callWithTries } from '../src/aws/tries.ts'
import { createTokenBucket } from '../src/cluster/token-bucket.ts'
import { createMemoryRoom } from '../src/files/memory-room.ts'
import { TargetLocks } from '../src/files/target-lock.ts'
import { ConnectionPool } from '../src/http/pool/connection-pool.ts'
import { createMountRunner } from '../src/mount/mount-runner.ts'
import { TurnGate } from '../src/process/gate.ts'
import { SharedWork } from '../src/process/shared-work.ts'

const never = new AbortController().signal
const hang = () => new Promise<never>(() => {})

/** Something that a mount may have to wait for. */
interface Wait {
  /** Makes it busy, and waits for it. */
  start(signal: AbortSignal): Promise<unknown>
  /** How many are in line, where it can be told. */
  inLine?(): number
  /** Lets go of what would keep the process. */
  release?(): void
}

const raw = {
  attributes: JSON.stringify({
    'csi.storage.k8s.io/pod.name': 'till-0',
    'csi.storage.k8s.io/pod.namespace': 'shop',
    'csi.storage.k8s.io/pod.uid': '00000000-0000-0000-0000-000000000000',
    'csi.storage.k8s.io/serviceAccount.name': 'till',
    objects: '[]',
  }),
  secrets: '',
  targetPath: '/v',
  permission: '420',
}

/** Every wait there is between a request and its answer. */
const waits: Readonly<Record<string, () => Wait>> = {
  'a gate': () => {
    const gate = new TurnGate(1)
    void gate.run(never, hang)
    return { start: (signal) => gate.run(signal, async () => 'in'), inLine: () => gate.waiting }
  },
  'room for a large request': () => {
    const room = createRequestRoom({ read: () => undefined })
    for (let at = 0; at < 5; at += 1) void room.run(200 * 1024, never, hang)
    return { start: (signal) => room.run(200 * 1024, signal, async () => 'in'), inLine: () => room.waiting }
  },
  'room for a small set of files': () => {
    const full = { limit: 100, used: 100, parts: () => ({ processes: 100, files: 0 }) }
    const room = createMemoryRoom({ read: () => full, collect() {} })
    return { start: (signal) => room.holdSoon([], signal) }
  },
  'the gate of a store in a region': () => {
    const gates = createRegionGates(1)
    void gates('ssm', 'us-east-1')(never, hang)
    return { start: (signal) => gates('ssm', 'us-east-1')(signal, async () => 'in') }
  },
  'a connection of the pool': () => {
    const pool = new ConnectionPool({
      idleMs: 1_000,
      maxIdle: 1,
      maxOpening: 1,
      open: () => ({ ready: hang(), abandon() {} }),
    })
    const url = new URL('https://nobody.example/')
    return {
      start: (signal) =>
        pool.send({ method: 'GET', url, headers: {}, totalMs: 1_000, maxBodyBytes: 1, signal }),
    }
  },
  'the budget of bytes': () => {
    const budget = new ByteBudget(10)
    void budget.enter('a', 5, never)
    void budget.enter('b', 5, never)
    return { start: (signal) => budget.enter('c', 5, signal), inLine: () => budget.waiting }
  },
  'the queue of mounts': () => {
    const runner = createMountRunner({
      steps: { findRegions: hang } as never,
      log: { info() {}, warn() {}, error() {} } as never,
      metrics: { mountEnded() {} } as never,
    })
    const held = new AbortController()
    const run = (signal: AbortSignal) => runner.run(raw, { signal, deadline: Number.POSITIVE_INFINITY })
    for (let at = 0; at < 110; at += 1) run(held.signal).catch(() => {})
    return { start: run, inLine: () => runner.waiting, release: () => held.abort() }
  },
  'work that is shared': () => {
    const shared = new SharedWork<string>()
    void shared.run('key', never, hang)
    return { start: (signal) => shared.run('key', signal, hang) }
  },
  'the lock of a volume': () => {
    const locks = new TargetLocks()
    void locks.run('/v', never, hang)
    return { start: (signal) => locks.run('/v', signal, async () => 'in') }
  },
  'the rate limit of Kubernetes': () => {
    const take = createTokenBucket({ qps: 0.001, burst: 1 })
    void take(never)
    return { start: take }
  },
  'the pause before another try': () => {
    const call = { service: 'ssm', region: 'us-east-1', operation: 'GetParameters' } as const
    const fail = () => Promise.reject(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    return { start: (signal) => callWithTries(call, fail, signal, { observers: [] }) }
  },
  'AWS itself': () => {
    const call = { service: 'ssm', region: 'us-east-1', operation: 'GetParameters' } as const
    return { start: (signal) => callWithTries(call, hang, signal, { observers: [] }) }
  },
}

for (const [name, make] of Object.entries(waits)) {
  for (const early of [true, false]) {
    test(`the wait for ${name} ends at once with its signal, ${early ? 'aborted before' : 'while it waits'}`, async () => {
      const wait = make()
      const reason = new Error('enough')
      const abort = new AbortController()
      if (early) abort.abort(reason)
      const ended = wait.start(abort.signal).then(
        () => 'served',
        (error: unknown) => error,
      )
      if (!early) {
        assert.equal(await Promise.race([ended, turn().then(() => 'waits')]), 'waits')
        assert.equal(wait.inLine?.() ?? 1, 1)
        abort.abort(reason)
      }
      const end = await Promise.race([ended, turn().then(() => 'waits on')])
      assert.equal(wait.inLine?.() ?? 0, 0)
      // A mount says it in words of its own.
      assert.equal(end instanceof Error ? (end.cause ?? end) : end, reason)
      wait.release?.()
    })
  }
}
