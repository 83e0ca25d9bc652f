import assert from 'node:assert/strict'
import { test } from 'node:test'
import { atOnce, inTurns, pauseEvery, type Steps } from './in-turns.ts'

/** Steps of a millisecond each. */
function* work(steps: number, seen: () => void = () => undefined): Steps<string> {
  for (let step = 0; step < steps; step += 1) {
    seen()
    for (const begun = performance.now(); performance.now() - begun < 1; );
    yield
  }
  return 'done'
}

test('inTurns() lets others have their turn, and atOnce() does not', async () => {
  let turns = 0
  const others = setInterval(() => {
    turns += 1
  })
  assert.equal(atOnce(work(30)), 'done')
  assert.equal(turns, 0)
  assert.equal(await inTurns(work(60), new AbortController().signal), 'done')
  assert.ok(turns > 0)
  clearInterval(others)
})

test('inTurns() ends with its signal', async () => {
  const abort = new AbortController()
  let steps = 0
  const working = inTurns(
    work(10_000, () => {
      steps += 1
    }),
    abort.signal,
  )
  setImmediate(() => abort.abort(new Error('left')))
  await assert.rejects(working, { message: 'left' })
  assert.ok(steps < 1_000)
})

test('heavy work rests after each slice where others use the event loop', async (context) => {
  context.mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => context.mock.timers.reset())
  let over = false
  const working = inTurns(work(100), new AbortController().signal).finally(() => {
    over = true
  })
  const othersTurn = async () => {
    for (const begun = performance.now(); performance.now() - begun < 1; );
    await new Promise((resume) => setImmediate(resume))
  }
  for (let turn = 0; turn < 200; turn += 1) await othersTurn()
  assert.equal(over, false, 'its time comes later')
  while (!over) {
    await othersTurn()
    context.mock.timers.tick(100)
  }
  assert.equal(await working, 'done')
})

test('what waited for something else is not taken for heavy work', async (context) => {
  let now = 0
  context.mock.method(performance, 'now', () => now)
  context.mock.timers.enable({ apis: ['setTimeout'] })
  context.after(() => context.mock.timers.reset())
  const pause = pauseEvery(2)
  const afterOthers = (milliseconds: number) => {
    now += milliseconds
    setImmediate(() => {
      now += 5
    })
    return Promise.race([
      Promise.resolve(pause()).then(() => 'goes on'),
      (async () => {
        for (let turn = 0; turn < 10; turn += 1) await new Promise((resume) => setImmediate(resume))
        return 'rests'
      })(),
    ])
  }
  assert.equal(await afterOthers(500), 'goes on')
  assert.equal(await afterOthers(9), 'goes on')
  assert.equal(await afterOthers(2), 'rests')
})
