import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { compareNumbers, numberText, readNumber } from './json-number.ts'

test('numbers compare by their exact values: as integers do once they have one exponent', () => {
  const number = fc.record({
    mantissa: fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }),
    exponent: fc.integer({ min: -30, max: 30 }),
  })
  fc.assert(
    fc.property(number, number, (one, other) => {
      const exact = ({ mantissa, exponent }: typeof one) => mantissa * 10n ** BigInt(exponent + 30)
      const written = ({ mantissa, exponent }: typeof one) => readNumber(`${mantissa}e${exponent}`)
      const expected = exact(one) === exact(other) ? 0 : exact(one) > exact(other) ? 1 : -1
      assert.equal(compareNumbers(written(one), written(other)), expected)
    }),
  )
})

test('a JavaScript number compares with the digits of a text as its own digits do', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.equal(compareNumbers(value, { digits: numberText(value) }), 0)
      assert.equal(compareNumbers({ digits: `${numberText(value)}e0`.replace(/e(.*)e0$/, 'e$1') }, value), 0)
    }),
  )
})

test('a number with as many digits as a secret can hold compares quickly', () => {
  const zeros = '0'.repeat(60_000)
  assert.equal(compareNumbers({ digits: `1${zeros}1` }, { digits: `1${zeros}2` }), -1)
  assert.equal(compareNumbers({ digits: `1.${zeros}` }, 1), 0)
  assert.equal(
    compareNumbers({ digits: `1e${'9'.repeat(60_000)}` }, { digits: `1e-${'9'.repeat(60_000)}` }),
    1,
  )
})
