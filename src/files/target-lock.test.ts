import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { TargetLocks } from './target-lock.ts'

const never = new AbortController().signal

/** Starts an action that runs until it is told to end. */
function start(locks: TargetLocks, path: string, name: string, log: string[], signal = never) {
  const { promise, resolve: end } = Promise.withResolvers<void>()
  const done = locks.run(path, signal, async () => {
    log.push(`${name} starts`)
    await promise
    log.push(`${name} ends`)
  })
  return { end, done }
}

test('actions of one path run one after the other, however the path is written; others run at once', async () => {
  const log: string[] = []
  const locks = new TargetLocks()
  const first = start(locks, '/v/one', 'first', log)
  const second = start(locks, '/v//one/', 'second', log)
  const other = start(locks, '/v/two', 'other', log)
  await turn()
  assert.deepEqual(log, ['first starts', 'other starts'])
  second.end()
  other.end()
  first.end()
  await Promise.all([first.done, second.done, other.done])
  assert.deepEqual(
    log
      .slice(-3)
      .filter((line) => !line.startsWith('other'))
      .at(-1),
    'second ends',
  )
  assert.ok(log.indexOf('second starts') > log.indexOf('first ends'))
})

test('one that gives up waiting gets the reason at once, and lets nobody past the one before it', async () => {
  const log: string[] = []
  const locks = new TargetLocks()
  const first = start(locks, '/v', 'first', log)
  const controller = new AbortController()
  const second = start(locks, '/v', 'second', log, controller.signal)
  const reason = new Error('enough')
  controller.abort(reason)
  await assert.rejects(second.done, reason)
  const third = start(locks, '/v', 'third', log)
  await turn()
  assert.deepEqual(log, ['first starts'])
  first.end()
  third.end()
  await third.done
  assert.deepEqual(log, ['first starts', 'first ends', 'third starts', 'third ends'])
})

test('a failed action frees the path', async () => {
  const locks = new TargetLocks()
  const failing = locks.run('/v', never, () => Promise.reject(new Error('no')))
  const next = locks.run('/v', never, async () => 'next')
  await assert.rejects(failing, /no/)
  assert.equal(await next, 'next')
})
