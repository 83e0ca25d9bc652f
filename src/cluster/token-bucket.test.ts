import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '../../test/fixtures/fake-clock.ts'
import { createTokenBucket } from './token-bucket.ts'

const never = new AbortController().signal

const runs: readonly [title: string, qps: number, burst: number, calls: number, pauses: number[]][] = [
  ['a burst goes through at once', 5, 3, 3, []],
  ['after the burst, calls come at the rate', 5, 1, 4, [200, 200, 200]],
  ['a burst below one still lets calls through', 10, 0, 2, [100]],
  ['no rate means no limit', 0, 0, 100, []],
  ['a negative rate means no limit', -1, 10, 100, []],
]

for (const [title, qps, burst, calls, pauses] of runs) {
  test(title, async () => {
    const clock = createFakeClock()
    const take = createTokenBucket({ qps, burst }, clock)
    for (let count = 0; count < calls; count += 1) await take(never)
    assert.deepEqual(clock.pauses.map(Math.round), pauses)
  })
}

test('a rest fills the bucket again, up to the burst', async () => {
  const clock = createFakeClock()
  const take = createTokenBucket({ qps: 1, burst: 2 }, clock)
  await take(never)
  await take(never)
  clock.advance(60_000)
  for (let count = 0; count < 3; count += 1) await take(never)
  assert.deepEqual(clock.pauses, [1_000])
})

test('who gives up gives the place back', async () => {
  const pauses: number[] = []
  const clock = {
    ...createFakeClock(),
    async pause(ms: number, signal: AbortSignal) {
      pauses.push(ms)
      if (signal !== never) throw new Error('gone')
    },
  }
  const take = createTokenBucket({ qps: 1, burst: 1 }, clock)
  await take(never)
  await assert.rejects(take(new AbortController().signal), /gone/)
  await take(never)
  assert.deepEqual(pauses, [1_000, 1_000])
})

test('an aborted caller takes nothing', async () => {
  const take = createTokenBucket({ qps: 1, burst: 1 }, createFakeClock())
  await assert.rejects(take(AbortSignal.abort(new Error('gone'))), /gone/)
})
