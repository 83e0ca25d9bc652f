import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type AwsCall, AwsFailure, type FailureKind } from './failures/failure.ts'
import { RegionHealth } from './region-health.ts'

const call: AwsCall = { service: 'ssm', region: 'us-east-1', operation: 'GetParameters' }
const failure = (kind: FailureKind, silent: boolean) => new AwsFailure(call, kind, 'X', 'x', { silent })

test('silence opens the breaker of that service and region alone', () => {
  const health = new RegionHealth()
  health.failed(call, failure('network', true))
  assert.equal(health.isOpen('ssm', 'us-east-1'), true)
  assert.equal(health.isOpen('secretsmanager', 'us-east-1'), false)
  assert.equal(health.isOpen('ssm', 'us-east-2'), false)
  assert.equal(health.isSuspect('us-east-1'), true)
  assert.equal(health.isSuspect('us-east-2'), false)
})

for (const kind of ['network', 'server', 'throttling', 'client'] as const) {
  test(`a ${kind} failure with an answer opens no breaker`, () => {
    const health = new RegionHealth()
    health.failed(call, failure(kind, false))
    assert.equal(health.isOpen('ssm', 'us-east-1'), false)
  })
}

for (const kind of ['server', 'throttling', 'client'] as const) {
  test(`a ${kind} answer closes an open breaker`, () => {
    const health = new RegionHealth()
    health.failed(call, failure('network', true))
    health.failed(call, failure(kind, false))
    assert.equal(health.isOpen('ssm', 'us-east-1'), false)
  })
}

test('a good answer closes the breaker, and each change is told once', () => {
  const changes: boolean[] = []
  const health = new RegionHealth((_, open) => changes.push(open))
  health.failed(call, failure('network', true))
  health.failed(call, failure('network', true))
  health.answered(call)
  health.answered(call)
  assert.deepEqual(changes, [true, false])
})

test('a closed breaker is not probed, and an open one not at once', () => {
  const health = new RegionHealth()
  let probes = 0
  const probe = async () => {
    probes += 1
  }
  health.probe('ssm', 'us-east-1', probe)
  health.failed(call, failure('network', true))
  health.probe('ssm', 'us-east-1', probe)
  assert.equal(probes, 0)
})
