import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneInFlight } from './one-in-flight.ts'

test('who asks while work is under way shares it, who asks later has it done anew', async () => {
  let runs = 0
  const work = [Promise.withResolvers<number>(), Promise.withResolvers<number>()] as const
  const ask = oneInFlight(async () => {
    runs += 1
    return runs === 1 ? work[0].promise : work[1].promise
  })
  const first = [ask(), ask(), ask()]
  assert.equal(runs, 1)
  work[0].resolve(7)
  assert.deepEqual(await Promise.all(first), [7, 7, 7])
  const second = ask()
  assert.equal(runs, 2)
  work[1].reject(new Error('no'))
  await assert.rejects(second, /no/)
})
