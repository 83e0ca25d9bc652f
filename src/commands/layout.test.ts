import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Row } from '../doctor/row.ts'
import { showRows } from './doctor/report.ts'
import { displayWidth, wrap } from './layout.ts'
import type { Part, Screen } from './screen.ts'
import { createProgram } from './shell-commands.ts'
import { excerptOf } from './validate/excerpt.ts'

/** A terminal of so many columns that keeps its lines. */
function terminal(columns: number | undefined): { screen: Screen; lines: string[] } {
  const lines: string[] = []
  const text = (part: Part) => (typeof part === 'string' ? part : part[1])
  const screen: Screen = {
    columns,
    print: (each) => void lines.push(...each.split('\n')),
    write: (each) => void lines.push(...each.split('\n')),
    show: (parts) => void lines.push(parts.map(text).join('')),
    note() {},
    status() {},
  }
  return { screen, lines }
}

const remedy =
  'see what listens on this address, and whether the network policy of the namespace lets the provider reach it'
const rows: readonly Row[] = [
  { check: 'socket', state: 'ok', found: 'answers' },
  {
    check: 'aws secretsmanager us-east-1',
    state: 'failed',
    found: 'does not answer '.repeat(12).trim(),
    remedy,
  },
  { check: 'a check with a name that is longer than every other', state: 'failed', found: 'silent', remedy },
]

for (const columns of [80, 100, 120, 140]) {
  test(`doctor keeps to its columns on a terminal of ${columns}`, () => {
    const { screen, lines } = terminal(columns)
    showRows(rows, screen)
    for (const line of lines) assert.ok(displayWidth(line) <= columns, line)
    const rest = lines.filter((line) => !/^[✓✗–]/.test(line))
    const indents = new Set(rest.map((line) => /^ */.exec(line)?.[0].length))
    assert.ok(!indents.has(0), lines.join('\n'))
    assert.equal(lines.filter((line) => line.includes('→')).length, 1, 'a remedy is said once')
  })

  test(`help keeps to a terminal of ${columns} and breaks no word`, () => {
    for (const name of ['', 'serve', 'mount', 'validate', 'doctor']) {
      const { screen, lines } = terminal(columns)
      const program = createProgram({ environment: {}, screen, finish() {} })
      const command = name === '' ? program : program.commands.find((each) => each.name() === name)
      command?.outputHelp()
      const words = new Set(lines.join(' ').split(/\s+/))
      for (const line of lines) {
        const isCommandLine = /^\s+(kubectl|bash|zsh|fish)|^(bash|zsh|fish):|^Usage/.test(line)
        assert.ok(isCommandLine || displayWidth(line) <= columns, `${name}: ${line}`)
      }
      assert.ok(name !== 'doctor' || words.has('SecretProviderClass.'), 'words stay whole')
    }
  })
}

test('what is not a terminal gets each row on one line', () => {
  const { screen, lines } = terminal(undefined)
  showRows(rows, screen)
  assert.equal(lines.length, 4)
})

test('wrap() breaks between words and never within one', () => {
  assert.deepEqual(wrap('a bb ccc', 4), ['a bb', 'ccc'])
  assert.deepEqual(wrap('https://a.very/long/address x', 10), ['https://a.very/long/address', 'x'])
})

test('displayWidth() counts what a terminal shows', () => {
  assert.equal(displayWidth('é日本😀e\u0301'), 1 + 4 + 2 + 1)
})

const text = 'a: 1\n\tb: "日本 x" # y\n'

test('an excerpt marks its place, tabs and wide characters counted as they are shown', () => {
  assert.deepEqual(excerptOf(text, { line: 2, column: 5 }), {
    source: '   2 |  b: "日本 x" # y',
    indent: '     |     ',
    marker: '^~~~~~~~',
  })
  assert.equal(excerptOf(text, { line: 9, column: 1 }), undefined)
})

test('an excerpt of a long line shows the place, and fits', () => {
  const line = `${'x '.repeat(200)}HERE ${'y '.repeat(200)}`
  const excerpt = excerptOf(line, { line: 1, column: 401 }, 80)
  assert.ok(excerpt !== undefined && displayWidth(excerpt.source) <= 80, excerpt?.source)
  assert.equal(excerpt.source.slice(excerpt.indent.length, excerpt.indent.length + 4), 'HERE')
})

test('an excerpt lets no escape sequence through', () => {
  assert.doesNotMatch(JSON.stringify(excerptOf('a: \u001b[31m', { line: 1, column: 4 })), /\\u001b/)
})
