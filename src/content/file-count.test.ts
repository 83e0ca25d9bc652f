import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FileCount } from './file-count.ts'

test('counts files and each directory once, up to the bound', () => {
  const count = new FileCount()
  // Two directories and 3,998 files.
  for (let at = 0; at < 3_998; at += 1) assert.equal(count.add(`a/b/${at}`), true)
  assert.equal(count.isOver, false)
  assert.equal(count.add('c'), false)
  assert.equal(count.isOver, true)
  assert.equal(count.fault().code, 'TOO_MANY_FILES')
  assert.match(count.fault().message, /4001 files and more/)
})

test('a file in directories of its own counts as many', () => {
  const count = new FileCount()
  for (let at = 0; at < 1_000; at += 1) assert.equal(count.add(`${at}/a/b/c`), true)
  assert.equal(count.add('x'), false)
})
