import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BenchOptions, readOptions } from './options.ts'

process.env.PROVIDER_COMMAND = 'ours'
const against = ['--against', process.execPath]

test('readOptions() calls the other program what --against-name says, else "the other"', () => {
  const names = (argv: readonly string[]) =>
    (readOptions(argv) as BenchOptions).subjects.map(({ name }) => name)
  assert.deepEqual(names([]), ['ours'])
  assert.deepEqual(names(against), ['ours', 'the other'])
  assert.deepEqual(names([...against, '--against-name', 'the build before']), ['ours', 'the build before'])
})

test('readOptions() takes no name without a program, and none that would break a table', () => {
  assert.throws(() => readOptions(['--against-name', 'the build before']), /give --against PATH too/)
  for (const name of ['ours', '   ', '_x_', '', 'a | b', 'a\nb', '[a]', 'a'.repeat(41)]) {
    assert.throws(() => readOptions([...against, '--against-name', name]), /--against-name is/, name)
  }
})
