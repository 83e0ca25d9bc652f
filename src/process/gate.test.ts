import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TurnGate } from './gate.ts'

const never = new AbortController().signal

test('a gate lets so many in at once, the others in the order in which they came', async () => {
  const gate = new TurnGate(2)
  const begun: number[] = []
  const leave: (() => void)[] = []
  const all = [0, 1, 2, 3].map((at) =>
    gate.run(never, () => {
      begun.push(at)
      return new Promise<void>((resolve) => leave.push(resolve))
    }),
  )
  assert.deepEqual([begun, gate.inside, gate.waiting], [[0, 1], 2, 2])
  leave[1]?.()
  await all[1]
  leave[0]?.()
  await all[0]
  await new Promise(setImmediate)
  assert.deepEqual([begun, gate.inside, gate.waiting], [[0, 1, 2, 3], 2, 0])
  for (const each of leave) each()
  await Promise.all(all)
  assert.equal(gate.inside, 0)
})

test('owners have their turns in rotation, and those of one owner in the order in which they came', async () => {
  const gate = new TurnGate(1)
  const begun: string[] = []
  const come = (name: string, signal = never) =>
    gate.run(
      signal,
      async () => {
        begun.push(name)
        await new Promise(setImmediate)
      },
      name.charAt(0),
    )
  const gone = new AbortController()
  const leaving = [come('a5', gone.signal), come('d1', gone.signal)].map((each) => each.catch(() => {}))
  const all = ['a1', 'a2', 'b1', 'a3', 'c1', 'b2', 'a4'].map((name) => come(name))
  gone.abort()
  await Promise.all([...all, ...leaving])
  assert.deepEqual(begun, ['a5', 'a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4'])
  assert.deepEqual([gate.inside, gate.waiting], [0, 0])
})

test('whoever gives up waiting gets the reason at once, and is out of the line', async () => {
  const gate = new TurnGate(1)
  const inside = Promise.withResolvers<void>()
  const first = gate.run(never, () => inside.promise)
  const abort = new AbortController()
  let ran = false
  const second = gate.run(abort.signal, async () => {
    ran = true
  })
  const third = gate.run(never, async () => 'third')
  abort.abort(new Error('enough'))
  await assert.rejects(second, /enough/)
  assert.equal(gate.waiting, 1)
  inside.resolve()
  await first
  assert.equal(await third, 'third')
  assert.deepEqual([ran, gate.inside], [false, 0])
})

test('a signal that has aborted before lets nobody in', async () => {
  const gate = new TurnGate(1)
  await assert.rejects(
    gate.run(AbortSignal.abort(new Error('enough')), async () => {}),
    /enough/,
  )
  assert.equal(gate.inside, 0)
})

test('one that fails frees its place', async () => {
  const gate = new TurnGate(1)
  await assert.rejects(
    gate.run(never, () => Promise.reject(new Error('no'))),
    /no/,
  )
  assert.equal(await gate.run(never, async () => 'next'), 'next')
})
