import assert from 'node:assert/strict'
import { test } from 'node:test'
import { plan } from '../../../test/fixtures/plan.ts'
import { createTemplates } from './templates.ts'

const place = `\${a}`

test('a text is read once for the same parts, and anew for others', () => {
  const templates = createTemplates()
  const read = templates(['a']).read(`x${place}`)
  assert.equal(templates(['a']).read(`x${place}`), read)
  assert.deepEqual(read, { template: ['x', { part: 'a' }] })
  assert.ok('faults' in templates(['b']).read(`x${place}`))
  assert.ok('faults' in templates(['ab', 'c']).read(place))
})

const parts = 'parts: {a: {objectName: s, objectType: secretsmanager}}'

test('composed files of one text, and places of one node, share what was read', () => {
  const [one, other] =
    plan(
      `- &c {objectType: composed, objectAlias: f, text: "x${place}", ${parts}}\n- {<<: *c, objectAlias: g}`,
    ).compositions ?? []
  assert.ok(one?.content.kind === 'text' && other?.content.kind === 'text')
  assert.equal(one.content.template, other.content.template)
  const [structured] =
    plan(`- {objectType: composed, objectAlias: f, json: [&t {x: "${place}"}, *t], ${parts}}`).compositions ??
    []
  assert.ok(structured?.content.kind === 'json' && 'items' in structured.content.structure)
  const [first, second] = structured.content.structure.items
  assert.deepEqual(first, { entries: [['x', { part: 'a' }]] })
  assert.equal(first, second)
})
