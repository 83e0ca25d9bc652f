import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchesPattern } from './name-pattern.ts'

const cases: readonly (readonly [name: string, pattern: string, matches: boolean])[] = [
  ['db', 'db', true],
  ['db', 'd', false],
  ['db', 'DB', false],
  ['db', '*', true],
  ['', '*', true],
  ['', '', true],
  ['db_user', 'db_*', true],
  ['my_db_user', 'db_*', false],
  ['my_db_user', '*db*', true],
  ['a.b', 'a?b', false],
  ['a/b', 'a*', true],
  ['aXbXc', 'a*b*c', true],
  ['aXbX', 'a*b*c', false],
  ['abab', '*ab', true],
]
for (const [name, pattern, matches] of cases) {
  test(`${JSON.stringify(name)} ${matches ? 'is' : 'is not'} ${pattern}`, () =>
    assert.equal(matchesPattern(name, pattern), matches))
}

test('matches what a regular expression of the same meaning matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
  fc.assert(
    fc.property(text, text, (name, pattern) => {
      const expression = new RegExp(`^${pattern.replaceAll('*', '.*')}$`)
      const plain = name.replaceAll('*', 'c')
      assert.equal(matchesPattern(plain, pattern), expression.test(plain))
    }),
  )
})
