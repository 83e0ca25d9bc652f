import assert from 'node:assert/strict'
import { test } from 'node:test'
import { missingDocstrings } from './check-docstrings.ts'

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
