import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { parseAllDocuments } from 'yaml'
import { isReadAlike } from '../../../test/fixtures/plain-yaml.ts'
import { atOnce } from '../../process/in-turns.ts'
import { readAnyYaml } from '../read-yaml.ts'
import { UnreadableYaml } from '../tree-builder.ts'
import { readPlainYaml } from './read-plain-yaml.ts'

const plain: readonly string[] = [
  '- objectName: shop/db\n  objectType: secretsmanager\n',
  '- objectName: "shop/db"\n  objectType: \'secretsmanager\'\n  filePermission: "0400"',
  '\n  - objectName: a\n    objectType: b\n\n  - objectName: c   \n',
  '- a\n- b\n- "c d"\n',
  '- objectName: a\n  jmesPath:\n    - path: username\n      objectAlias: user\n    - path: "a.b && c"\n      objectAlias: x\n  objectType: b\n',
  '- objectName: a\n  jmesPath:\n  - path: username\n    objectAlias: user\n  objectType: b\n',
  '-   objectName: arn:aws:secretsmanager:us-east-1:111122223333:secret:s-AbCdEf\n    expandKeys:\n      include:\n      - a\n      prefix: p_\n',
  '- a: b\n  a: c\n',
  '# first\n- a: b # c\n  # d\n# e\n  f: # g\n    # h\n    - i # j\n#k',
  '- a: "b\\n\\"\\u0026\\/"\n',
  "- a: 'b''c'\n- ''''\n- ''\n",
  '- a: [b]\n  c: {d: e, "f":g}\n- [ {a: b} , [] ,{},c, ]\n',
  '[{"objectName":"a","objectType":"b","optional":true,"objectAlias":null}]',
  '[\n  {\n    "objectName": "a",\n    "jmesPath": [\n      {"path": "b", "objectAlias": "c"}\n    ]\n  }\n]\n',
  '- &x {a: b, c: &y d}\n- {<<: *x, c: *y}\n- <<: *x\n  e: f\n- <<: [*x, {g: h}]\n- *x\n',
  '- a: &x\n    b: c\n  d: *x\n- e: &x\n  - f\n- *x\n',
  '- a: null\n  b: ~\n  c: nULL\n',
  '- a:\n  b: # c\n- c:   \n  d:\n',
  '- &x\n  # c\n  a: b\n- <<: *x\n- &y # d\n  "e": f\n',
  '- a: b c  d[0] || e == `f` {g}, h   # i\n',
  '- a: "\u00e9" # \u00fc \u4e2d\n',
  '- "objectName": "a"\n  "objectType": "b"\n  \'<<\':\n    "c": d\n',
  '\ufeff---\r\n- a.b-c: d \u00e9\u4e2d\r\n  e: "\u{1f600}"\r\n',
  '- a: [\n    {b: c}\n  ]\n  d: {\n  }\n- [\n  e\n]\n',
  '- a: *b\n',
  '- &a [*a]\n',
  '- <<: b\n',
]
for (const text of plain) test(`read as it is: ${JSON.stringify(text)}`, () => assert.ok(isReadAlike(text)))

test('more values than there may be are refused while they are read', () => {
  const expanded = `- &x [${'a,'.repeat(240)}]\n- [*x`
  for (const [text, more] of [
    ['[a', ',a'],
    ['- [{k: a}]\n- [b', ',a'],
    ['- a', '\n- {b: c}'],
    [expanded, ',*x'],
  ] as const) {
    assert.throws(
      () => atOnce(readPlainYaml(`${text}${more.repeat(60_000).slice(0, 262_000)}`)),
      (error) =>
        error instanceof UnreadableYaml && /more than 50000 values/.test(error.finding.fault.message),
    )
  }
})

const items = 4_000
for (const [what, text, values] of [
  ['words in brackets', `[${'a,'.repeat(items)}]`, items],
  ['maps in brackets in a list', `- a: [${'{b: c},'.repeat(items)}]`, 6 * items],
  ['maps of a list below a key', `- a:\n${'    - b: c\n'.repeat(items)}`, 6 * items],
  ['keys of a map', `- ${Array.from({ length: items }, (_, at) => `k${at}: a`).join('\n  ')}`, 2 * items],
] as const) {
  test(`${what} are read in pieces of a few hundred values`, () => {
    const steps = readPlainYaml(text)
    let pauses = 0
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) pauses += 1
    assert.ok(step.value !== undefined, 'read as it is')
    assert.ok(pauses >= Math.floor(values / 300), `${pauses} pauses`)
    assert.ok(pauses <= values / 200, `${pauses} pauses`)
  })
}

const longest = 'k'.repeat(1024)
test('a key of 1024 characters is read, and a longer one left to the library, which refuses it', () => {
  assert.deepEqual(atOnce(readPlainYaml(`- ${longest}: a`)), readAnyYaml(`- ${longest}: a`))
  assert.equal(atOnce(readPlainYaml(`- ${longest}k: a`)), undefined)
  assert.ok('fault' in readAnyYaml(`- ${longest}k: a`))
})

const others: readonly string[] = [
  '',
  'a: b\n',
  '- a: b\n    c\n',
  '- a\n   b\n',
  '- a\n - b\n',
  '- a: b\n c: d\n',
  '- a:\n  - b\n c: d\n',
  '- a: |\n    b\n',
  '- null: a\n',
  '- a: b: c\n',
  '- - a\n',
  '- a\tb\n',
  '- \u00e9\u3000\n',
  '--- # a\n- a\n',
  '- a\n---\n- b\n',
  '- a\n...\n',
  '- a: b\r',
  '- a: "b"#c\n',
  '- a: b #\u2028\n',
  '- a: b #\ud83d\n',
  '- a: "b\\x41"\n',
  '- a: "\\ud83d\\ude00"\n',
  '- a: "b\n    c"\n',
  '- [a: b]\n',
  '- {a, b}\n',
  '- {a:b}\n',
  '- [a b]\n',
  '- [a, # c\n   b]\n',
  '- a: [b,\n  c]\n',
  '- a: {b: c}: d\n',
  '- [a]: b\n',
  '- "a" : b\n',
  '- &x a: b\n',
  '- &x a\n- *x : b\n',
  '- &x *y\n',
  '- &x\n  - b\n',
  '- !!str a\n',
  '- -1\n',
  '- [[[[[[[[a]]]]]]]]\n',
  '[a]\n- b\n',
  '[a] b\n',
]
for (const text of others) {
  test(`left to the library: ${JSON.stringify(text)}`, () =>
    assert.equal(atOnce(readPlainYaml(text)), undefined))
}

test('most examples are read as they are, and all of those alike', () => {
  const folder = fileURLToPath(new URL('../../../deployment/examples/', import.meta.url))
  const texts = readdirSync(folder).flatMap((file) =>
    parseAllDocuments(readFileSync(folder + file, 'utf8')).flatMap((document) => {
      const objects = document.getIn(['spec', 'parameters', 'objects'])
      return typeof objects === 'string' ? [objects] : []
    }),
  )
  const read = texts.filter((text) => atOnce(readPlainYaml(text)) !== undefined)
  for (const text of read) assert.deepEqual(atOnce(readPlainYaml(text)), readAnyYaml(text), text)
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

test('whatever it reads of pieces of YAML, the library reads alike', () => {
  let read = 0
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 24 }), (parts) => {
      read += isReadAlike(`- ${parts.join('')}`) ? 1 : 0
    }),
    { numRuns: 5_000 },
  )
  assert.ok(read > 50, `${read} read`)
})

const tapes = fc.array(fc.nat(999), { minLength: 10, maxLength: 300 })

test('documents of all kinds are read, and the library reads them alike', () => {
  let read = 0
  const runs = 2_000
  fc.assert(
    fc.property(tapes, (tape) => {
      read += isReadAlike(documentOf(tape)) ? 1 : 0
    }),
    { numRuns: runs },
  )
  assert.ok(read > runs / 4, `${read} of ${runs} read`)
})

test('documents with a mistake somewhere are read alike or not at all', () => {
  let read = 0
  const edits = fc.array(fc.tuple(fc.nat(), fc.nat(3), pieces), { minLength: 1, maxLength: 3 })
  fc.assert(
    fc.property(tapes, edits, (tape, made) => {
      let text = documentOf(tape)
      for (const [where, cut, piece] of made) {
        const at = where % (text.length + 1)
        text = text.slice(0, at) + piece + text.slice(at + cut)
      }
      read += isReadAlike(text) ? 1 : 0
    }),
    { numRuns: 5_000 },
  )
  assert.ok(read > 200, `${read} read`)
})

/** A document that a list of decisions leads to. */
function documentOf(tape: readonly number[]): string {
  let at = 0
  const decide = <Choice>(...choices: readonly Choice[]): Choice => {
    const taken = tape[at++]
    // At the end of the tape the first is taken, which ends what repeats.
    return choices[taken === undefined ? 0 : taken % choices.length] as Choice
  }
  const word = () =>
    decide('a', 'b/c', '0600', 'arn:aws:x', 'null', '1.5', 'true', '..', '~', 'Null', '\u00e9', '\u{1f600}')
  const quoted = () =>
    decide('""', "'q'", '"a b"', "'it''s'", '"\\n\\u0041"', '"#"', '": "', '"\u00e9"', "'\\'", '"\\""')
  const key = () => decide('a', 'b', 'objectName', 'A', '<<', 'x1', 'k-x.y/z')
  const line = () =>
    decide('a b', 'a[0].b', 'a || b', 'x # c', 'x#c', 'a: b', 'x, y', '$(x)', 'a \u00e9 \u4e2d')
  const alias = () => decide('*x', '*y', '*x')
  const anchor = () => decide('', '', '', '&x ', '&y ')
  const space = () => decide('', '', ' ', '', '\n      ', '  \n\n            ', '\n  ')
  const inBrackets = (depth: number): string => {
    const kind = depth > 4 ? 'word' : decide('word', 'quoted', 'alias', 'list', 'map')
    if (kind === 'alias') return alias()
    if (kind === 'word' || kind === 'quoted') return anchor() + (kind === 'word' ? word() : quoted())
    const parts: string[] = []
    while (decide(false, true, true)) {
      const name = kind === 'list' ? '' : decide(`${key()}: `, `"${key()}":`, `"${key()}": `)
      parts.push(space() + name + inBrackets(depth + 1) + space())
    }
    const all = parts.join(',') + (parts.length > 0 ? decide('', '', ',') : '')
    return `${anchor()}${kind === 'list' ? `[${all}]` : `{${all}}`}`
  }
  const scalar = (): string => {
    const kind = decide('word', 'quoted', 'line', 'alias', 'brackets')
    if (kind === 'alias') return alias()
    if (kind === 'brackets') return inBrackets(1)
    return anchor() + (kind === 'word' ? word() : kind === 'quoted' ? quoted() : line())
  }
  const end = (indent: number) => {
    const comment = decide('', '', '', ' # c', '  #', '   ')
    return `${comment}\n${decide('', '', '', '\n', `${' '.repeat(indent)}# d\n`, '# e\n', `${' '.repeat(indent + 3)}#f\n`)}`
  }
  const block = (indent: number, depth: number, isOnLine: boolean): string => {
    const lead = ' '.repeat(indent)
    const isList = !isOnLine && decide(true, false)
    let text = ''
    do {
      const mark = `${isOnLine && text === '' ? '' : lead}${isList ? '-' : `${decide<() => string>(key, key, quoted)()}:`}`
      const gap = ' '.repeat(decide(1, 1, 2, 3))
      const what = depth > 4 ? 'scalar' : decide('scalar', 'below', 'onLine', 'empty')
      if (what === 'onLine' && isList)
        text += `${mark}${gap}${block(indent + 1 + gap.length, depth + 1, true)}`
      else if (what === 'empty') text += `${mark}${decide('', ' &x')}${end(indent)}`
      else if (what === 'below')
        text += `${mark}${decide('', '', ' &x', '  &y ')}${end(indent)}${block(indent + decide(2, 1, 4), depth + 1, false)}`
      else text += `${mark}${gap}${scalar()}${end(indent)}`
    } while (decide(false, true, true))
    return text
  }
  const list = () => {
    const indent = decide(0, 2)
    let text = ''
    do
      text += `${' '.repeat(indent)}- ${decide(
        () => block(indent + 2, 1, true),
        () => scalar() + end(indent),
      )()}`
    while (decide(false, true, true))
    return text
  }
  const text = `${decide('', '', '# g\n', '\n', '---\n', '--- \n# h\n')}${decide(true, true, true, false) ? list() : inBrackets(1)}`
  return decide(text, text, text, text.replaceAll('\n', '\r\n'))
}
