import assert from 'node:assert/strict'
import { test } from 'node:test'
import { format, inspect } from 'node:util'
import { Sensitive } from './sensitive.ts'

const canary = 'c4n4ry'
const held = { nested: [new Sensitive(canary)] }

const ways: readonly (readonly [way: string, text: () => string])[] = [
  ['a template', () => `${held.nested[0]}`],
  ['JSON', () => JSON.stringify(held)],
  ['inspect', () => inspect(held, { depth: 9, showHidden: true })],
  ['inspect without custom functions', () => inspect(held, { depth: 9, customInspect: false })],
  ['format', () => format('%s %o %j', held.nested[0], held, held)],
  ['concatenation', () => `x${String(held.nested[0])}`],
  ['its own properties', () => JSON.stringify(Object.entries(held.nested[0] ?? {}))],
]

for (const [way, text] of ways) {
  test(`${way} does not show what is sensitive`, () => assert.ok(!text().includes(canary)))
}

test('reveal() gives it back', () => assert.equal(held.nested[0]?.reveal(), canary))
