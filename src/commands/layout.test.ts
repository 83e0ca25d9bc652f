import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Row, rowsOf } from '../doctor/row.ts'
import { fault } from '../errors/provider-error.ts'
import { showRows } from './doctor/report.ts'
import type { ExplainedClass } from './explain/explain-class.ts'
import { showClass } from './explain/show-class.ts'
import { displayWidth, table, wrap } from './layout.ts'
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

const secret = (name: string) => `arn:aws:secretsmanager:us-east-1:111122223333:secret:${name}-??????`
const explained: ExplainedClass = {
  name: 'shop',
  regions: ['us-east-1'],
  reads: ['MySecret', 'app/db'].map((name) => ({
    region: 'us-east-1',
    action: 'secretsmanager:GetSecretValue',
    resource: secret(name),
    name,
  })),
  files: Array.from({ length: 12 }, (_, at) => `a-file-of-number-${at}`),
  owners: {},
  hasMoreFiles: true,
  moreFiles: ['key of object "app/db"'],
  assumedRole: undefined,
}

const version = '22222222-2222-4222-8222-222222222222'
const mountHead = ['FILE', 'MODE', 'VERSION', 'BYTES', 'SOURCE']
const mounted = [
  ['app_database', '0440', version, 35, 'object "app/database"'],
  [
    'password',
    '0440',
    version,
    3,
    'object "app/database", jmesPath "credentials.password | [0]", decoded from hex',
  ],
  ['a-name-that-is-longer/than-what-is-left-for-it.json', '0644', version, 4, 'object "x"'],
] as const

test('explain and mount --dry-run have their tables in one line a row where there is room', () => {
  for (const columns of [200, undefined]) {
    const { screen, lines } = terminal(columns)
    showClass(explained, screen)
    assert.equal(lines.filter((line) => line.startsWith('us-east-1')).length, 2)
    assert.ok(
      lines.some((line) => line.endsWith(`GetSecretValue  ${secret('app/db')}`)),
      lines.join('\n'),
    )
    assert.equal(table(mountHead, mounted, columns).split('\n').length, 4)
  }
})

test('a cell alone on its line keeps the columns of the others', () => {
  assert.deepEqual(table(mountHead, mounted, 80).split('\n').slice(-3), [
    'a-name-that-is-longer/than-what-is-left-for-it.json',
    `${' '.repeat(29)}  0644  ${version}      4`,
    '    object "x"',
  ])
  assert.deepEqual(table(['FILE', 'BYTES'], [['a-long-name', 5]], 16).split('\n'), [
    'FILE       BYTES',
    'a-long-name',
    `${' '.repeat(15)}5`,
  ])
})

for (const columns of [80, 100, 120, 140]) {
  test(`explain and mount --dry-run keep to a terminal of ${columns} and break no ARN`, () => {
    const { screen, lines } = terminal(columns)
    showClass(explained, screen)
    lines.push(...table(mountHead, mounted, columns).split('\n'))
    for (const line of lines) assert.ok(displayWidth(line) <= columns, line)
    for (const name of ['MySecret', 'app/db']) assert.ok(lines.some((line) => line.includes(secret(name))))
    assert.ok(lines.join('\n').includes('and one for each key of object "app/db"'))
  })

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
    for (const name of ['', 'serve', 'mount', 'validate', 'explain', 'doctor', 'version']) {
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

test('doctor says once what to do, in the sentence or below it', () => {
  const { screen, lines } = terminal(undefined)
  const directory = fault('SOCKET_DIRECTORY_MISSING', { directory: '/nowhere' })
  showRows(rowsOf('socket directory', directory), screen)
  assert.deepEqual(lines.length, 1, lines.join('\n'))
  assert.match(lines[0] ?? '', /change --provider-volume$/)
})

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
