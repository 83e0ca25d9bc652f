import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { silenceTimer } from './silence-timer.ts'

/** Deno does not say how long its event loop was idle. */
const skip = 'Deno' in globalThis && 'skipped: needs a runtime that measures idle time'

/** Keeps the event loop from turning, as a throttled process would. */
function starve(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

test('silenceTimer() fires when the loop was idle all along', async () => {
  let fired = false
  silenceTimer(30, () => {
    fired = true
  })
  await sleep(120)
  assert.equal(fired, true)
})

test('silenceTimer() does not fire right after a time in which the loop was starved', { skip }, async () => {
  let fired = false
  const stop = silenceTimer(100, () => {
    fired = true
  })
  await sleep(1)
  starve(150)
  await sleep(5)
  assert.equal(fired, false)
  stop()
})

test('silenceTimer() fires at the latest after four times its time', async () => {
  let fired = false
  silenceTimer(20, () => {
    fired = true
  })
  const end = performance.now() + 200
  while (performance.now() < end) {
    starve(10)
    await new Promise(setImmediate)
  }
  assert.equal(fired, true)
})

test('silenceTimer() does not fire once it is called off', async () => {
  let fired = false
  silenceTimer(20, () => {
    fired = true
  })()
  await sleep(60)
  assert.equal(fired, false)
})
