import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retriedLoad } from './retried-load.ts'

test('what failed to load is loaded again by the next who asks, and kept when it is there', async () => {
  let tries = 0
  const load = retriedLoad(async () => {
    tries += 1
    if (tries === 1) throw new Error('not now')
    return tries
  })
  const both = [load.get(), load.get()]
  for (const each of both) await assert.rejects(each, /not now/)
  assert.deepEqual([tries, load.failed], [1, true])
  assert.deepEqual([await load.get(), await load.get()], [2, 2])
  assert.deepEqual([tries, load.failed], [2, false])
})
