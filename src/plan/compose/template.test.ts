// biome-ignore-all lint/suspicious/noTemplateCurlyInString: placeholders of ours
import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { maxTemplateFaults, readTemplate, type Template } from './template.ts'

const parts = new Set(['user', 'pass-word', '_1'])
const user = { part: 'user' }

const good: readonly (readonly [text: string, template: Template])[] = [
  ['', []],
  ['plain $ { } $x', ['plain $ { } $x']],
  ['${user}', [user]],
  ['a${user}b${user}', ['a', user, 'b', user]],
  [
    '${pass-word|url}@${_1|json}',
    [{ part: 'pass-word', quoting: 'url' }, '@', { part: '_1', quoting: 'json' }],
  ],
  ['$${user}', ['${user}']],
  ['$$${user}', ['$${user}']],
  ['a$${b}${user}$$', ['a${b}', user, '$$']],
  ['${user}$${user}', [user, '${user}']],
]
for (const [text, template] of good) {
  test(`reads ${JSON.stringify(text)}`, () => assert.deepEqual(readTemplate(text, parts), { template }))
}

const bad: readonly (readonly [text: string, position: number, reason: RegExp])[] = [
  ['a${user', 2, /not closed/],
  ['${}', 1, /no part ""/],
  ['${other}', 1, /no part "other" \(write \$\$\{ for a \$\{/],
  ['${ user }', 1, /no part " user "/],
  ['ab${user|base64}', 3, /"base64" is not one of json, yaml, sh, xml, url/],
  ['${user|}', 1, /"" is not one of/],
  ['${user|json|url}', 1, /"json\|url" is not one of/],
  ['$$${user}${x}', 10, /no part "x"/],
]
for (const [text, position, reason] of bad) {
  test(`refuses ${JSON.stringify(text)} at ${position}`, () => {
    const read = readTemplate(text, parts)
    assert.ok('faults' in read)
    const [found] = read.faults
    assert.equal(found?.position, position)
    assert.match(found.reason, reason)
    assert.equal(read.faults.length, 1)
  })
}

test('all placeholders that are wrong are told, up to a bound', () => {
  const read = readTemplate('${user}${a}$${b}${user|x}${', parts)
  assert.ok('faults' in read)
  assert.deepEqual(
    read.faults.map(({ position }) => position),
    [8, 17, 26],
  )
  const many = readTemplate('${a}'.repeat(1000), parts)
  assert.ok('faults' in many)
  assert.equal(many.faults.length, maxTemplateFaults)
})

test('any text whose ${ are doubled is itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('$', '{', '}', '|', 'a', 'user') }), (text) => {
      // A dollar before ${ would escape it: then three of them stand for two.
      const written = text.replaceAll('${', () => '$${')
      const read = readTemplate(written, parts)
      assert.deepEqual(read, { template: text === '' ? [] : [text] })
    }),
  )
})
