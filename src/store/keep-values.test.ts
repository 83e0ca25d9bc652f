import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sensitive } from '../process/sensitive.ts'
import { keepValues } from './keep-values.ts'

const value = (bytes: number) => ({
  version: '1',
  region: 'us-east-1',
  content: new Sensitive(new Uint8Array(bytes)),
})

test('values are kept up to the limit, and of the rest the size alone', () => {
  const keep = keepValues(10)
  const seen = [4, 6, 1, 3].map((bytes) => {
    const { content, leftOut } = keep(value(bytes))
    return [content.reveal().byteLength, leftOut]
  })
  assert.deepEqual(seen, [
    [4, undefined],
    [6, undefined],
    [0, 1],
    [0, 3],
  ])
})

test('of a value that was left out before the size stays known, and counts', () => {
  const keep = keepValues(10)
  assert.equal(keep({ ...value(0), leftOut: 8 }).leftOut, 8)
  const { content, leftOut } = keep(value(3))
  assert.deepEqual([content.reveal().byteLength, leftOut], [0, 3])
  assert.equal(keep({ ...value(0), leftOut: 5 }).leftOut, 5)
})
