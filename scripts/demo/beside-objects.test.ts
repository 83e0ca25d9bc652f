import assert from 'node:assert/strict'
import { test } from 'node:test'
import { besideObjects } from './beside-objects.ts'

const objects = `- objectName: one
  objectTyp: secretsmanager
- objectName: app/two
  objectType: secretsmanager
`
const one = '- objectName: one\n  objectTyp: secretsmanager'
const two = '- objectName: app/two\n  objectType: secretsmanager'

test('a line stands beside the object that it names or numbers, however it begins', () => {
  const lines = ['object "one": wrong', 'CODE: object "app/two": bad', 'object 1: typo']
  assert.deepEqual(besideObjects(objects, lines.join('\n')), [
    { yaml: one, errors: ['object "one": wrong', 'object 1: typo'] },
    { yaml: two, errors: ['CODE: object "app/two": bad'] },
  ])
})

test('no line is lost: what speaks of no object, or of one that is not there, comes last', () => {
  assert.deepEqual(besideObjects(objects, 'region is wrong\nobject 7: odd\nobject "three": odd'), [
    { yaml: one, errors: [] },
    { yaml: two, errors: [] },
    { yaml: '', errors: ['region is wrong', 'object 7: odd', 'object "three": odd'] },
  ])
})
