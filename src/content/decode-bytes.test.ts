import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Encoding } from '../plan/mount-plan.ts'
import { decodeBytes } from './decode-bytes.ts'

/** The decoded bytes as latin1, or the position of the fault. */
function decoded(text: string, encoding: Encoding): string | number {
  const result = decodeBytes(Buffer.from(text), encoding)
  return 'fault' in result ? result.fault.position : Buffer.from(result.bytes).toString('latin1')
}

const cases: readonly (readonly [encoding: Encoding, text: string, result: string | number])[] = [
  ['base64', '', ''],
  ['base64', 'YQ==', 'a'],
  ['base64', 'YQ', 'a'],
  ['base64', 'YWI=', 'ab'],
  ['base64', 'YWI', 'ab'],
  ['base64', 'YWJj', 'abc'],
  ['base64', ' Y W\r\nJ\tj\n', 'abc'],
  ['base64', 'YQ=\n=\n', 'a'],
  ['base64', '+/+/', '\xfb\xff\xbf'],
  ['base64', 'YQ=', 3],
  ['base64', 'YQ===', 3],
  ['base64', 'YWJj=', 5],
  ['base64', '=', 1],
  ['base64', 'Y', 2],
  ['base64', 'YWJjZ\n', 6],
  ['base64', 'YQ==YQ==', 5],
  ['base64', 'YR==', 2],
  ['base64', 'YWJ', 3],
  ['base64', 'YW-_', 3],
  ['base64', 'YWé=', 3],
  ['base64', '{"a":1}', 1],
  ['base64url', '-_-_', '\xfb\xff\xbf'],
  ['base64url', 'YQ==', 'a'],
  ['base64url', 'YQ', 'a'],
  ['base64url', 'YQ\n', 3],
  ['base64url', '+/+/', 1],
  ['base64url', 'YR', 2],
  ['hex', '', ''],
  ['hex', '61fF', 'a\xff'],
  ['hex', '616', 4],
  ['hex', '61 62', 3],
  ['hex', '61\n', 3],
  ['hex', '0x61', 2],
]
for (const [encoding, text, result] of cases) {
  test(`${JSON.stringify(text)} as ${encoding}`, () => assert.equal(decoded(text, encoding), result))
}

for (const encoding of ['base64', 'base64url', 'hex'] as const) {
  test(`any bytes come back from ${encoding}, with padding and without`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const text = Buffer.from(bytes).toString(encoding)
        for (const written of [text, text.replace(/=+$/, '')]) {
          const result = decodeBytes(Buffer.from(written), encoding)
          assert.ok('bytes' in result)
          assert.deepEqual(Buffer.from(result.bytes), Buffer.from(bytes))
        }
      }),
    )
  })

  test(`what ${encoding} takes is what it writes, but for padding, case and white space`, () => {
    const character = fc.constantFrom(...'YQabAB012+/-_= \nfFgé')
    let taken = 0
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 9 }), (text) => {
        const result = decodeBytes(Buffer.from(text), encoding)
        if ('fault' in result) {
          assert.ok(result.fault.position >= 1 && result.fault.position <= Buffer.byteLength(text) + 1)
          return
        }
        taken++
        const plain = (each: string) => {
          const bare = each.replace(/[=\s]/g, '')
          return encoding === 'hex' ? bare.toLowerCase() : bare
        }
        assert.equal(plain(Buffer.from(result.bytes).toString(encoding)), plain(text))
      }),
      { numRuns: 5000 },
    )
    assert.ok(taken > 50, `${taken} taken`)
  })
}

test('a long value is decoded in native steps', () => {
  const bytes = Buffer.alloc(200_000, 7)
  const result = decodeBytes(Buffer.from(bytes.toString('base64')), 'base64')
  assert.ok('bytes' in result && bytes.equals(result.bytes))
})
