import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sensitive } from '../process/sensitive.ts'
import { mostMembers, ValueBudget } from './value-budget.ts'

const value = (bytes: number) => ({
  version: '1',
  region: 'us-east-1',
  content: new Sensitive(new Uint8Array(bytes)),
})

test('values are kept up to the limit, and of the rest the size alone', () => {
  const budget = new ValueBudget(10)
  const seen = [4, 6, 1, 3].map((bytes) => {
    const { content, leftOut } = budget.keep(value(bytes))
    return [content.reveal().byteLength, leftOut]
  })
  assert.deepEqual(seen, [
    [4, undefined],
    [6, undefined],
    [0, 1],
    [0, 3],
  ])
})

test('members of sets count like all other values', () => {
  const budget = new ValueBudget(10)
  budget.keep(value(8))
  assert.equal(budget.keepMember({ name: 'a', below: 'a', value: value(3) }).value.leftOut, 3)
})

test('there are too many members once they are more than a mount may have', () => {
  const budget = new ValueBudget(0)
  for (let members = 0; members < mostMembers; members += 1)
    budget.keepMember({ name: 'a', below: 'a', value: value(0) })
  assert.equal(budget.hasTooManyMembers, false)
  budget.keepMember({ name: 'a', below: 'a', value: value(0) })
  assert.equal(budget.hasTooManyMembers, true)
})
