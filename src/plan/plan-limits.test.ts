import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codes, refusal } from '../../test/fixtures/plan.ts'

const bomb = `- &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from({ length: 9 }, (_, i) => `- &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`).join('\n')}`
const fields = Array.from({ length: 300 }, (_, i) => `f${i}: x`).join(', ')
const bounded: [string, string][] = [
  ['an alias bomb', bomb],
  ['an alias bomb of merges', `- &a {${fields}}\n- {<<: [${Array(300).fill('*a').join(', ')}]}`],
  [
    'many uses of one large list',
    `- &a {objectName: a, jmesPath: [${Array(400).fill('{}').join(', ')}]}\n${'- *a\n'.repeat(400)}`,
  ],
  ['deep flow nesting', '['.repeat(100_000)],
  ['deep flow maps', '{a: '.repeat(50_000)],
  ['deep block nesting', '- '.repeat(100_000)],
  ['deep explicit keys', '? '.repeat(100_000)],
  ['a list of commas', `[${','.repeat(60_000)}`],
  ['a huge text', `- objectName: ${'a'.repeat(300_000)}`],
  ['a huge number of objects', '- a\n'.repeat(60_000)],
  ['many words', 'a: b\n'.repeat(50_000)],
  ['many empty lines', '\n'.repeat(240_000)],
  ['many comments', '#\n'.repeat(120_000)],
  ['many quotes', '"'.repeat(240_000)],
  ['many directives', '%a\n'.repeat(80_000)],
]
for (const [name, text] of bounded) {
  test(`planMount() refuses as too large: ${name}`, () => {
    assert.deepEqual(codes(refusal(text)), ['OBJECTS_TOO_LARGE'])
  })
}
