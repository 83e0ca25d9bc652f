import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesByFolder } from './coverage.ts'

test('lines are added up by folder, in whatever order a record has them', () => {
  const lcov = [
    'SF:src/a/one.ts\nLH:3\nLF:4\nend_of_record',
    'SF:src/a/two.ts\nLF:6\nLH:6\nend_of_record',
    'SF:src/b/one.ts\nLH:0\nLF:2\nend_of_record\n',
  ].join('\n')
  assert.deepEqual(
    [...linesByFolder(lcov)],
    [
      ['src/a', { found: 10, hit: 9 }],
      ['src/b', { found: 2, hit: 0 }],
    ],
  )
})
