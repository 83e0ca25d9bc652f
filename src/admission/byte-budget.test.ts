import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { type Admission, ByteBudget } from './byte-budget.ts'

const { signal } = new AbortController()

/** Whether a promise is settled by now. */
async function isIn(entering: Promise<Admission>): Promise<boolean> {
  return Promise.race([entering.then(() => true), sleep(1).then(() => false)])
}

test('mounts are let in while there is budget, and then in the order in which they came', async () => {
  const budget = new ByteBudget(12)
  const [first] = [await budget.enter('a', 6, signal), await budget.enter('x', 6, signal)]
  const [second, third] = [budget.enter('b', 5, signal), budget.enter('c', 1, signal)]
  assert.deepEqual([await isIn(second), await isIn(third)], [false, false])
  assert.equal(budget.waiting, 2)
  first.leave()
  assert.deepEqual([await isIn(second), await isIn(third)], [true, true])
})

test('one that is larger than the room counts as half of it, and keeps nobody out for long', async () => {
  const budget = new ByteBudget(10)
  const large = [budget.enter('a', 99, signal), budget.enter('b', 99, signal), budget.enter('c', 99, signal)]
  assert.deepEqual(await Promise.all(large.map(isIn)), [true, true, false])
  ;(await large[0])?.leave()
  assert.equal(await isIn(large[2] as Promise<Admission>), true)
})

test('mounts that read the same take the room of one, also from the line', async () => {
  const budget = new ByteBudget(12)
  await budget.enter('x', 6, signal)
  const [first, same] = [await budget.enter('a', 6, signal), budget.enter('a', 6, signal)]
  assert.equal(await isIn(same), true)
  const line = ['b', 'c', 'b'].map((key) => budget.enter(key, 6, signal))
  first.leave()
  assert.equal(await isIn(line[0] as Promise<Admission>), false)
  ;(await same).leave()
  assert.deepEqual(await Promise.all(line.map(isIn)), [true, false, true])
})

test('whoever comes after the values have arrived reads anew, and takes room of its own', async () => {
  const budget = new ByteBudget(12)
  await budget.enter('x', 6, signal)
  const first = await budget.enter('a', 6, signal)
  first.valuesArrived()
  const late = budget.enter('a', 6, signal)
  assert.equal(await isIn(late), false)
  first.leave()
  assert.equal(await isIn(late), true)
})

test('a group that is joined without end does not keep the line waiting', async () => {
  const budget = new ByteBudget(12)
  await budget.enter('x', 6, signal)
  const first = await budget.enter('a', 6, signal)
  const other = budget.enter('b', 6, signal)
  await sleep(1_050)
  const late = budget.enter('a', 6, signal)
  assert.equal(await isIn(late), false)
  first.leave()
  assert.deepEqual([await isIn(other), await isIn(late)], [true, false])
})

test('one that gives up leaves the line to those behind it', async () => {
  const budget = new ByteBudget(10)
  await budget.enter('a', 5, signal)
  await budget.enter('x', 1, signal)
  const abort = new AbortController()
  const large = budget.enter('b', 5, abort.signal)
  const small = budget.enter('c', 4, signal)
  abort.abort(new Error('enough'))
  await assert.rejects(large, /enough/)
  await assert.rejects(budget.enter('d', 1, abort.signal), /enough/)
  assert.equal(await isIn(small), true)
})

test('leaving twice frees the room once', async () => {
  const budget = new ByteBudget(10)
  const [first] = [await budget.enter('a', 5, signal), await budget.enter('b', 5, signal)]
  first.leave()
  first.leave()
  await budget.enter('c', 5, signal)
  assert.equal(await isIn(budget.enter('d', 5, signal)), false)
})

test('whatever comes and goes, no more is let in than fits, and all get in at last', async () => {
  const mounts = fc.array(fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), steps: fc.nat(5) }), {
    maxLength: 40,
  })
  const sizes: Readonly<Record<string, number>> = { a: 1, b: 4, c: 5, d: 5 }
  await fc.assert(
    fc.asyncProperty(mounts, async (planned) => {
      const budget = new ByteBudget(10)
      // Values by group: a set of mounts that overlapped before one of them had its values.
      let held = 0
      const holding = new Map<string, number>()
      await Promise.all(
        planned.map(async ({ key, steps }) => {
          const size = sizes[key] ?? 0
          const place = await budget.enter(key, key === 'd' ? 99 : size, signal)
          const before = holding.get(key) ?? 0
          holding.set(key, before + 1)
          if (before === 0) held += size
          assert.ok(held <= 10, `${held} held by ${[...holding.keys()]}`)
          for (let step = 0; step < steps; step += 1) await Promise.resolve()
          const now = (holding.get(key) ?? 1) - 1
          if (now === 0) {
            holding.delete(key)
            held -= size
          } else holding.set(key, now)
          place.leave()
        }),
      )
      assert.equal(budget.waiting, 0)
    }),
  )
})
