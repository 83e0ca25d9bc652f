import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Document, isMap, isScalar, type Pair, parseDocument, stringify } from 'yaml'
import { scalarPositions } from './scalar-positions.ts'

/** The value of `objects` in a YAML text, and where a word of it stands in the text as we find it. */
function locate(source: string, word: string): { readonly found: string; readonly text: string } {
  const document: Document = parseDocument(source)
  assert.ok(isMap(document.contents))
  const pair = document.contents.items.find(({ key }) => isScalar(key) && key.value === 'objects') as Pair
  const scalar = pair.value
  assert.ok(isScalar(scalar) && typeof scalar.value === 'string' && scalar.range)
  const text = scalar.value
  const offset = text.indexOf(word)
  const before = text.slice(0, offset)
  const position = { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') }
  const [start, end] = scalar.range
  const styles = {
    BLOCK_LITERAL: 'block',
    BLOCK_FOLDED: 'block',
    QUOTE_DOUBLE: 'double',
    QUOTE_SINGLE: 'single',
  } as const
  const style = styles[scalar.type as keyof typeof styles] ?? 'plain'
  const offsetInSource = scalarPositions(source, { style, start, end, text })(position)
  return { found: source.slice(offsetInSource, offsetInSource + word.length), text }
}

const styles: readonly (readonly [title: string, source: string])[] = [
  ['a block', 'objects: |\n  - a: 1\n    b: HERE\n'],
  ['a deep block', 'x: 1\nobjects: |\n          - a: 1\n            b: HERE\ny: 2\n'],
  ['a block with a comment in its header', 'objects: |- # a: b\n  - a: 1\n  - b: HERE\n'],
  ['a block with an indentation indicator', 'objects: |2\n    - a: 1\n    - b: HERE\n'],
  ['a block with empty lines', 'objects: |\n\n\n  - a: 1\n\n  - b: HERE\n'],
  ['a block with Windows line ends', 'objects: |\r\n  - a: 1\r\n  - b: HERE\r\n'],
  ['a folded block', 'objects: >\n  a: 1,\n  b: HERE\n\n  c\n'],
  ['double quotes with escapes', 'objects: "- a: \\"x\\"\\n- \\u00e9\\x41: HERE"\n'],
  ['double quotes over lines', 'objects: "- a:\n  x \\\n  HERE"\n'],
  ['single quotes', "objects: '- a: ''x'' HERE'\n"],
  ['JSON', '{"objects":"- a: 1\\n- b: HERE\\n"}'],
  ['no quotes', 'objects: x [1] HERE\n'],
  ['no quotes over lines', 'objects: a\n  b HERE\n'],
]

for (const [title, source] of styles) {
  test(`scalarPositions() finds a word in ${title}`, () => assert.equal(locate(source, 'HERE').found, 'HERE'))
}

test('scalarPositions() finds a word in whatever way a text is written', () => {
  const line = fc.stringMatching(/^[ a-z0-9:'"\\#é-]{0,12}$/)
  const style = fc.constantFrom('BLOCK_LITERAL', 'BLOCK_FOLDED', 'QUOTE_DOUBLE', 'QUOTE_SINGLE', 'PLAIN')
  fc.assert(
    fc.property(fc.array(line), fc.array(line), style, fc.nat(6), (before, after, type, indent) => {
      const text = [...before, 'HERE', ...after].join('\n')
      const source = stringify(
        { x: 1, objects: text },
        { defaultStringType: type as never, indent: indent + 1 },
      )
      const { found, text: read } = locate(source, 'HERE')
      // The package loses white space at the beginning of some texts.
      fc.pre(read === text)
      assert.equal(found, 'HERE')
    }),
    { numRuns: 300 },
  )
})

test('scalarPositions() puts what is missing at the end of a line behind what is there', () => {
  const source = 'objects: |\n    - a:\n    - b\n'
  const find = scalarPositions(source, { style: 'block', start: 9, end: source.length, text: '- a:\n- b\n' })
  assert.equal(find({ line: 1, column: 5 }), source.indexOf('a:') + 2)
  assert.equal(find({ line: 3, column: 1 }), source.lastIndexOf('b') + 1)
})
