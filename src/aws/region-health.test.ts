import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '../../test/fixtures/fake-clock.ts'
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

/** A health with an open breaker, and probes that end when they are told. */
function stageProbes() {
  const clock = createFakeClock()
  const health = new RegionHealth(() => {}, clock)
  const ends: (() => void)[] = []
  const probe = () =>
    health.probe('ssm', 'us-east-1', () => new Promise<void>((resolve) => ends.push(resolve)))
  return { clock, health, probe, ends, silence: () => health.failed(call, failure('network', true)) }
}

test('a closed breaker is not probed, and an open one not before a second is over', () => {
  const { clock, probe, ends, silence } = stageProbes()
  clock.advance(5_000)
  probe()
  silence()
  probe()
  clock.advance(999)
  probe()
  assert.equal(ends.length, 0)
  clock.advance(1)
  probe()
  assert.equal(ends.length, 1)
})

test('one probe runs at a time, and the next a second after the start of the last', async () => {
  const { clock, probe, ends, silence } = stageProbes()
  silence()
  clock.advance(1_000)
  probe()
  clock.advance(5_000)
  probe()
  assert.equal(ends.length, 1)
  ends[0]?.()
  await new Promise(setImmediate)
  probe()
  assert.equal(ends.length, 2)
  ends[1]?.()
  await new Promise(setImmediate)
  clock.advance(999)
  probe()
  assert.equal(ends.length, 2)
})

test('a probe that fails is no end of probing', async () => {
  const { clock, health, silence } = stageProbes()
  silence()
  let probes = 0
  for (let round = 0; round < 3; round += 1) {
    clock.advance(1_000)
    health.probe('ssm', 'us-east-1', () => {
      probes += 1
      return Promise.reject(new Error('silent still'))
    })
    await new Promise(setImmediate)
  }
  assert.equal(probes, 3)
})

test('the latest 64 breakers are remembered, and those that are not are told as closed', () => {
  const open = new Set<string>()
  const health = new RegionHealth(
    ({ region }, isOpen) => void (isOpen ? open.add(region) : open.delete(region)),
  )
  for (let at = 0; at < 70; at += 1)
    health.failed({ ...call, region: `us-east-${at}` }, failure('network', true))
  assert.deepEqual(
    [0, 5, 6, 69].map((at) => health.isOpen('ssm', `us-east-${at}`)),
    [false, false, true, true],
  )
  assert.deepEqual([open.size, open.has('us-east-5'), open.has('us-east-6')], [64, false, true])
})
