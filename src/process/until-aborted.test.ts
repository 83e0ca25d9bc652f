import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { test } from 'node:test'
import { untilAborted } from './until-aborted.ts'

const never = new Promise<never>(() => {})
const reason = new Error('enough')

test('untilAborted() gives what came, and listens no longer', async () => {
  const { signal } = new AbortController()
  assert.equal(await untilAborted(Promise.resolve('here'), signal), 'here')
  await assert.rejects(untilAborted(Promise.reject(reason), signal), reason)
  assert.equal(getEventListeners(signal, 'abort').length, 0)
})

test('untilAborted() ends with its signal, aborted before or while it waits', async () => {
  await assert.rejects(untilAborted(never, AbortSignal.abort(reason)), reason)
  const abort = new AbortController()
  const waiting = untilAborted(never, abort.signal)
  abort.abort(reason)
  await assert.rejects(waiting, reason)
})

test('untilAborted() leaves nothing unheard of what fails after its signal', async () => {
  const late = Promise.withResolvers<never>()
  await assert.rejects(untilAborted(late.promise, AbortSignal.abort(reason)), reason)
  late.reject(new Error('late'))
  await new Promise(setImmediate)
})
