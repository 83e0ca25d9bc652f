import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fault } from '../errors/provider-error.ts'
import { planMount } from '../plan/plan-mount.ts'
import { type Log, silentLog } from '../process/log.ts'
import { rawMountRequest } from '../request/pod-attributes.ts'
import { noMetrics } from './metrics.ts'
import { createMountTurns, type MountSteps } from './mount.ts'
import { createMountRunner } from './mount-runner.ts'

/** A line longer than this is cut into pieces by container runtimes, at 16 KiB with time and version. */
const most = 15 * 1024
const long = 'x'.repeat(100_000)
const pod = { name: 'shop-0', namespace: 'default', uid: '1', serviceAccount: 'shop' }
const secret = (rest: object) => JSON.stringify([{ objectName: 's', objectType: 'secretsmanager', ...rest }])
const numbered = <T>(count: number, make: (at: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at))

const steps: MountSteps<string> = {
  maxVolumeBytes: 1,
  turns: createMountTurns(),
  findRegions: async () => ['us-east-1'],
  identify: async () => 'somebody',
  planMount,
  admit: async () => ({ valuesArrived() {}, leave() {} }),
  async readValues(_plan, _identity, _signal, trace) {
    const call = { service: 'secretsmanager', operation: 'GetSecretValue', region: 'us-east-1' } as const
    for (let at = 0; at < 500; at += 1) {
      const failure = { code: 'AccessDeniedException', kind: 'client', message: '', words: 'y'.repeat(1_000) }
      trace.failed(call, { ...failure, requestId: `${at}` } as never, 1)
      trace.answered(call, 1, `answered-${at}`)
    }
    throw fault('MOUNT_CANCELLED', {})
  },
  deliver: async () => ({ objectVersions: [], files: [] }),
}

const cases: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['thousands of mistakes', { objects: `${'- objectName: a\n'.repeat(3_900)}` }],
  [
    'thousands of mistakes in one object',
    { objects: secret({ jmesPath: numbered(3_900, (at) => ({ path: `[${at}` })) }) },
  ],
  [
    'names that are too long',
    { objects: secret({ objectName: long, objectAlias: long, objectVersion: long }) },
  ],
  [
    'fields that nobody knows',
    { objects: secret(Object.fromEntries(numbered(2_000, (at) => [`field${at}${'x'.repeat(50)}`, at]))) },
  ],
  [
    'parameters that nobody knows',
    {
      ...Object.fromEntries(numbered(1_000, (at) => [`name${at}${'x'.repeat(100)}`, ''])),
      objects: secret({}),
    },
  ],
  ['a parameter with a name without end', { [long]: '', objects: secret({}) }],
  ['a region without end', { region: `us-${long}-1`, objects: secret({}) }],
  ['AWS saying much, often', { objects: secret({}) }],
  ['a text that is no YAML', { objects: `"${long}` }],
]

for (const [name, parameters] of cases) {
  test(`log lines stay bounded with ${name}`, async () => {
    const lines: string[] = []
    const keep = (fields: object, message: string) => void lines.push(JSON.stringify({ ...fields, message }))
    const log: Log = {
      ...silentLog,
      info: keep as Log['info'],
      warn: keep as Log['warn'],
      error: keep as Log['error'],
    }
    const runner = createMountRunner({ steps, log, metrics: noMetrics })
    const raw = rawMountRequest(Object.entries(parameters), pod, `/target/${long}`)
    const { signal } = new AbortController()
    await assert.rejects(runner.run(raw, { deadline: Number.POSITIVE_INFINITY, signal }))
    assert.ok(lines.length > 0)
    for (const line of lines)
      assert.ok(line.length <= most, `${line.length} characters: ${line.slice(0, 300)}`)
  })
}
