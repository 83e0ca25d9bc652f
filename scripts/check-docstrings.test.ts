import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingDocstrings, untaggedErrors } from './check-docstrings.ts'

test('an export without a sentence above it is named', () => {
  const source = [
    '/** Said. */',
    'export function said() {}',
    '',
    'export async function unsaid() {}',
    'export interface Unsaid {}',
    '/**',
    ' * Said.',
    ' */',
    'export const also = 1',
    'const own = 2',
  ].join('\n')
  assert.deepEqual(missingDocstrings(source), ['unsaid', 'Unsaid'])
})

const told: readonly (readonly [what: string, docstring: string, found: number])[] = [
  ['by a tag below a sentence', '/**\n * Reads it.\n * @throws {ProviderError} X.\n */', 0],
  ['in a sentence', '/** Reads it. Throws X. */', 1],
  ['in a sentence about a promise', '/** Reads it. Rejects with the reason. */', 1],
  ['and nothing else', '/**\n * @throws X.\n */', 1],
  ['as never', '/** Never throws. Never rejects. */', 0],
]
for (const [what, docstring, found] of told) {
  test(`errors that are told ${what}: ${found} to complain of`, () => {
    assert.equal(untaggedErrors(`${docstring}\nexport function read() {}`).length, found)
  })
}
