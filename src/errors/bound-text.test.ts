import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { boundText } from './bound-text.ts'

test('a short text stays as it is', () => {
  assert.equal(boundText('one\nzwei ü\n三'), 'one\nzwei ü\n三')
})

test('of many errors as many lines as fit are kept, and the rest is counted', () => {
  const lines = Array.from({ length: 200 }, (_, index) => `object "secret-${index}" is missing`)
  const kept = boundText(lines.join('\n')).split('\n')
  const last = kept.pop()
  assert.deepEqual(kept, lines.slice(0, kept.length))
  assert.ok(kept.length > 100)
  assert.equal(last, `… and ${200 - kept.length} more errors`)
})

test('one endless line is cut, and the next is counted', () => {
  assert.match(boundText('x'.repeat(9000)), /^x{6000,}…$/)
  assert.match(boundText(`${'x'.repeat(9000)}\nsecond`), /^x{6000,}…\n… and 1 more error$/)
})

test('any text fits into its room as it travels, and can be encoded', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc
          .tuple(fc.string({ unit: 'binary', maxLength: 10 }), fc.nat(300))
          .map(([unit, times]) => unit.repeat(times)),
        { maxLength: 10 },
      ),
      fc.boolean(),
      (lines, broken) => {
        const text = [...lines, broken ? '\ud800' : ''].join('\n')
        assert.ok(encodeURI(boundText(text)).length <= 8 * 1024)
      },
    ),
  )
})
