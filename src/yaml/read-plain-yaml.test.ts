import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { Lexer, parseAllDocuments } from 'yaml'
import { readPlainYaml } from './read-plain-yaml.ts'
import { readAnyYaml } from './read-yaml.ts'

const plain: readonly string[] = [
  '- objectName: shop/db\n  objectType: secretsmanager\n',
  '- objectName: "shop/db"\n  objectType: \'secretsmanager\'\n  filePermission: "0400"',
  '\n  - objectName: a\n    objectType: b\n\n  - objectName: c   \n',
  '- a\n- b\n- "c d"\n',
  '- objectName: a\n  jmesPath:\n    - path: username\n      objectAlias: user\n    - path: "a.b && c"\n      objectAlias: x\n  objectType: b\n',
  '- objectName: a\n  jmesPath:\n  - path: username\n    objectAlias: user\n  objectType: b\n',
  '-   objectName: arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf\n    expandKeys:\n      include:\n      - a\n      prefix: p_\n',
]
for (const text of plain) {
  test(`read as it is: ${JSON.stringify(text)}`, () => {
    assert.notEqual(readPlainYaml(text), undefined)
    assert.deepEqual(readPlainYaml(text), readAnyYaml(text))
  })
}

const longest = 'k'.repeat(1024)
test('a key of 1024 characters is read, and a longer one left to the library, which refuses it', () => {
  assert.deepEqual(readPlainYaml(`- ${longest}: a`), readAnyYaml(`- ${longest}: a`))
  assert.equal(readPlainYaml(`- ${longest}k: a`), undefined)
  assert.ok('fault' in readAnyYaml(`- ${longest}k: a`))
})

const shapes = [
  ' - a',
  '- k: "a"  ',
  '-  k:\n   - a\n\n     ',
  '- a: b\n  c:\n    d: e',
  ' -   a:   b ',
] as const
for (const shape of shapes) {
  test(`text of more than twice the words that the library takes is left to it: ${JSON.stringify(shape)}`, () => {
    const each = Array.from(new Lexer().lex(`${shape}\n`)).length - 1
    const text = (count: number) => Array.from({ length: count }, () => shape).join('\n')
    const most = Math.ceil(120_000 / each)
    // Not by assert.equal, which would print the tree.
    assert.ok(readPlainYaml(text(most + 1)) === undefined)
    assert.ok(readPlainYaml(text(Math.floor(most * 0.8))) !== undefined)
  })
}

const others: readonly string[] = [
  '',
  'a: b\n',
  '- a: b\n  a: c\n',
  '- a: b\n    c\n',
  '- a\n   b\n',
  '- a\n - b\n',
  '- a: b\n c: d\n',
  '- a:\n  - b\n c: d\n',
  '- a: b # c\n',
  '- a: "b\\n"\n',
  "- a: 'b''c'\n",
  '- a: |\n    b\n',
  '- a: [b]\n',
  '- a: *b\n',
  '- <<: b\n',
  '- a: null\n',
  '- null: a\n',
  '- a:\n',
  '- a: b: c\n',
  '- - a\n',
  '- a\tb\n',
  '- \u00e9\n',
  '---\n- a\n',
  '- a\n...\n',
  '- a: b\r\n',
  `${'- a:\n  '.repeat(3)}`,
]
for (const text of others) {
  test(`left to the library: ${JSON.stringify(text)}`, () => assert.equal(readPlainYaml(text), undefined))
}

test('most examples are read as they are, and all of those alike', () => {
  const folder = fileURLToPath(new URL('../../deployment/examples/', import.meta.url))
  const texts = readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(folder + file, 'utf8')).flatMap((document) => {
      const objects = document.getIn(['spec', 'parameters', 'objects'])
      return typeof objects === 'string' ? [objects] : []
    }),
  )
  const read = texts.filter((text) => readPlainYaml(text) !== undefined)
  for (const text of read) assert.deepEqual(readPlainYaml(text), readAnyYaml(text), text)
  assert.ok(read.length > texts.length / 2, `${read.length} of ${texts.length}`)
})

const pieces = fc.constantFrom(
  ...['- ', '-', ' ', '  ', '\n', '\n  ', '\n    ', '\n- ', '\n  - ', 'a: ', 'b:', 'key: ', 'null', '~'],
  ...[
    'x',
    'y z',
    '"q"',
    "'q'",
    '"',
    "'",
    ':',
    '#',
    ' #',
    '...',
    '---',
    '|',
    '[',
    '{',
    '*a',
    '&a ',
    '<<: ',
    '?',
  ],
  ...['0600', '1.5', 'a/b', 'arn:aws:x', '@', '%', '!', '\t', '\\'],
)

test('whatever it reads, the library reads alike', () => {
  let read = 0
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 24 }), (parts) => {
      const text = `- ${parts.join('')}`
      const ours = readPlainYaml(text)
      if (ours === undefined) return
      read += 1
      assert.deepEqual(ours, readAnyYaml(text))
    }),
    { numRuns: 5_000 },
  )
  assert.ok(read > 50, `${read} read`)
})
