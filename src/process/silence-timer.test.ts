import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeClock } from '../../test/fixtures/fake-clock.ts'
import { systemClock } from './clock.ts'
import { silenceTimer } from './silence-timer.ts'

/** A timer of 100 ms, and whether it has fired. */
function stage(clock = createFakeClock()) {
  let fired = 0
  const stop = silenceTimer(
    100,
    () => {
      fired += 1
    },
    clock,
  )
  return { clock, stop, fired: () => fired }
}

test('silenceTimer() fires in time when the loop was idle all along, and once', () => {
  const { clock, fired } = stage()
  clock.advance(99)
  assert.equal(fired(), 0)
  clock.advance(1)
  assert.equal(fired(), 1)
  clock.advance(1_000)
  assert.equal(fired(), 1)
})

test('silenceTimer() waits until the loop was idle for half of its time', () => {
  const { clock, fired } = stage()
  clock.starve(150)
  assert.equal(fired(), 0)
  clock.advance(49)
  assert.equal(fired(), 0)
  clock.advance(21)
  assert.equal(fired(), 1)
})

test('silenceTimer() fires at the latest after four times its time', () => {
  const { clock, fired } = stage()
  clock.starve(399)
  assert.equal(fired(), 0)
  clock.starve(1)
  assert.equal(fired(), 1)
})

test('silenceTimer() goes by the clock where the runtime does not say how long it was idle', () => {
  const clock = { ...createFakeClock(), idle: () => undefined }
  const { fired } = stage(clock)
  clock.starve(100)
  assert.equal(fired(), 1)
})

test('silenceTimer() does not fire once it is called off, before its time or after', () => {
  const before = stage()
  before.stop()
  before.clock.advance(1_000)
  const after = stage()
  after.clock.starve(150)
  after.stop()
  after.clock.advance(1_000)
  assert.deepEqual([before.fired(), after.fired()], [0, 0])
})

test('silenceTimer() fires by the time of the machine, too', async () => {
  await new Promise<void>((fire) => silenceTimer(5, fire))
  await new Promise<void>((fire) => systemClock.after(5, fire))
})
