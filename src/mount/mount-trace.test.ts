import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsFailure } from '../aws/failures/failure.ts'
import { silentLog } from '../process/log.ts'
import { MountTrace } from './mount-trace.ts'

const call = { service: 'ssm', region: 'us-east-1', operation: 'GetParameters' } as const
const raw = {
  attributes: JSON.stringify({
    'csi.storage.k8s.io/pod.name': 'web-0',
    'csi.storage.k8s.io/pod.namespace': 'shop',
  }),
  targetPath: '/pods/1/mount',
}

test('a mount that was refused before it could be read still says whose it was', () => {
  const { namespace, pod, targetPath } = new MountTrace(raw).describe()
  assert.deepEqual([namespace, pod, targetPath], ['shop', 'web-0', '/pods/1/mount'])
})

test('namespace and pod stand side by side in the line, so that one grep finds it', () => {
  assert.match(JSON.stringify(new MountTrace(raw).describe()), /"namespace":"shop","pod":"web-0"/)
})

test('calls, failures and request ids are told, no more than twenty of each', () => {
  const trace = new MountTrace(raw)
  for (let i = 0; i < 100; i += 1) {
    trace.answered(call, 1, `good-${i}`)
    trace.failed(call, new AwsFailure(call, 'server', 'HTTP 503', 'no', { requestId: `bad-${i}` }), 1)
  }
  const { calls, failedTries, failures, awsRequestIds } = trace.describe()
  assert.deepEqual(calls, { GetParameters: 200 })
  assert.equal(failedTries, 100)
  assert.deepEqual([(failures as unknown[]).length, (awsRequestIds as unknown[]).length], [20, 20])
  assert.deepEqual((failures as unknown[])[0], {
    service: 'ssm',
    region: 'us-east-1',
    code: 'HTTP 503',
    kind: 'server',
    requestId: 'bad-0',
    words: undefined,
  })
})

test('stages are told also when they fail, and repeated ones together', async () => {
  const trace = new MountTrace(raw)
  await trace.during('fetch', () => 1)
  await assert.rejects(
    trace.during('fetch', () => {
      throw new Error('no')
    }),
  )
  assert.equal(trace.stage, 'fetch')
  assert.deepEqual(
    trace.stages.map(({ stage }) => stage),
    ['queue', 'fetch', 'fetch'],
  )
  assert.deepEqual([...trace.stageSeconds().keys()], ['queue', 'fetch'])
})

test('each call is told at debug level as it ends', () => {
  const told: (readonly [string, unknown])[] = []
  const log = {
    ...silentLog,
    debug: (fields: Readonly<Record<string, unknown>>, message: string) =>
      told.push([message, fields.requestId]),
  }
  const trace = new MountTrace(raw, log)
  trace.answered(call, 1, 'r-1')
  trace.failed(call, new AwsFailure(call, 'client', 'AccessDenied', 'no', { requestId: 'r-2' }), 1)
  assert.deepEqual(told, [
    ['AWS answered', 'r-1'],
    ['AWS failed', 'r-2'],
  ])
})
