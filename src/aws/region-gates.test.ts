import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRegionGates } from './region-gates.ts'

const never = new AbortController().signal

test('a gate lets so many run at once, in the order in which they came, also after failures', async () => {
  const gate = createRegionGates(2)('ssm', 'eu-west-1')
  const begun: number[] = []
  let [now, most] = [0, 0]
  const ends = await Promise.allSettled(
    Array.from({ length: 20 }, (_, at) =>
      gate(never, async () => {
        begun.push(at)
        now += 1
        most = Math.max(most, now)
        await new Promise((resolve) => setImmediate(resolve))
        now -= 1
        if (at % 3 === 0) throw new Error(`${at}`)
        return at
      }),
    ),
  )
  assert.equal(most, 2)
  assert.deepEqual(begun, [...begun.keys()])
  assert.deepEqual(
    ends.map((end) => end.status === 'fulfilled'),
    ends.map((_, at) => at % 3 !== 0),
  )
})

test('each region has a gate of its own for each service, the same one each time', async () => {
  const gates = createRegionGates(1)
  let release = () => {}
  const held = gates('ssm', 'a')(never, () => new Promise<void>((resolve) => (release = resolve)))
  const waiting = gates('ssm', 'a')(never, async () => 'a')
  assert.equal(await gates('ssm', 'b')(never, async () => 'b'), 'b')
  assert.equal(await gates('secretsmanager', 'a')(never, async () => 'c'), 'c')
  assert.equal(
    await Promise.race([waiting, new Promise((resolve) => setImmediate(() => resolve('waits')))]),
    'waits',
  )
  release()
  await held
  assert.equal(await waiting, 'a')
})

test('the gate of a region is remembered while somebody is at it, however many others are named', async () => {
  const gates = createRegionGates(1)
  const first = gates('ssm', 'a')
  let release = () => {}
  const held = first(never, () => new Promise<void>((resolve) => (release = resolve)))
  for (let at = 0; at < 200; at += 1) await gates('ssm', `b-${at}`)(never, async () => {})
  let entered = false
  const second = gates('ssm', 'a')(never, async () => {
    entered = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(entered, false)
  release()
  await held
  await second
  // Who came by before may come again: to the gate that is there now.
  const again = first(never, () => new Promise<void>((resolve) => (release = resolve)))
  entered = false
  const third = gates('ssm', 'a')(never, async () => {
    entered = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(entered, false)
  release()
  await Promise.all([again, third])
})
