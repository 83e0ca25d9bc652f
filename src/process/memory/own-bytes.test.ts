import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ownBytes } from './own-bytes.ts'

test('bytes are those of Buffer.from, in memory that nobody shares', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const base64 = Buffer.from(text).toString('base64')
      for (const [given, encoding] of [
        [text, 'utf8'],
        [base64, 'base64'],
      ] as const) {
        const bytes = ownBytes(given, encoding)
        assert.deepEqual([...bytes], [...Buffer.from(given, encoding)])
        assert.equal(bytes.buffer.byteLength, Buffer.byteLength(given, encoding))
      }
    }),
  )
})
