import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { type StrayError, watchStrayErrors } from './stray-errors.ts'

function watch() {
  const process = new EventEmitter()
  const seen = { counted: [] as StrayError[], lines: [] as unknown[], fatal: 0 }
  watchStrayErrors(
    process,
    { error: (fields) => seen.lines.push(fields) },
    (kind) => seen.counted.push(kind),
    () => {
      seen.fatal += 1
    },
  )
  return { process, seen }
}

test('an exception that nobody catches is counted, told without its message, and the process stops in order', () => {
  const { process, seen } = watch()
  process.emit('uncaughtException', new TypeError('the secret is hunter2'))
  assert.deepEqual(seen.counted, ['uncaughtException'])
  assert.equal(seen.fatal, 1)
  assert.match(JSON.stringify(seen.lines), /TypeError/)
  assert.doesNotMatch(JSON.stringify(seen.lines), /hunter2/)
})

test('a promise that nobody waited for is counted and told, and the process goes on', () => {
  const { process, seen } = watch()
  process.emit('unhandledRejection', 'hunter2')
  assert.deepEqual([seen.counted, seen.fatal], [['unhandledRejection'], 0])
  assert.doesNotMatch(JSON.stringify(seen.lines), /hunter2/)
})
