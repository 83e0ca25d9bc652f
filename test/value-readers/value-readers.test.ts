// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what loaders may expand
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parse as parseDotenv } from 'dotenv'
import fc from 'fast-check'
import { FormatFault } from '../../src/content/formats/format-fault.ts'
import { type Entries, writeFormat } from '../../src/content/formats/write-format.ts'
import { PaidText } from '../../src/json/paid-text.ts'
import { workBudget } from '../../src/json/work-budget.ts'
import type { PlannedFormat } from '../../src/plan/mount-plan.ts'
import { hostileValues, listed, numbered } from '../fixtures/hostile-values.ts'
import {
  type ReadFile,
  readOneWithSystemd,
  readWithGo,
  readWithJava,
  readWithPython,
  readWithSystemd,
  skipWithoutGo,
  skipWithoutJava,
  skipWithoutPython,
  skipWithoutSystemd,
  skipWithoutTmpfiles,
} from './readers.ts'

/** What docs/secretproviderclass.md says of loaders, asked of the loaders themselves. */
type Kind = PlannedFormat['kind']

interface Sample {
  readonly kind: Kind
  readonly text: string
  readonly values: readonly string[]
}

/** Files of plain values in each test, whatever chance brings beside them. */
const certain = 60

/** So many files of values that the format can hold and the test wants. */
function samples(
  kind: Kind,
  count: number,
  isWanted: (value: string) => boolean = () => true,
): readonly Sample[] {
  const wanted = hostileValues.filter(
    (values) => values.every(isWanted) && textOf(kind, values) !== undefined,
  )
  return fc.sample(wanted, count).map((values) => ({ kind, text: textOf(kind, values) ?? '', values }))
}

function textOf(kind: Kind, values: readonly string[]): string | undefined {
  const section = kind === 'ini' ? { section: 'app' } : {}
  try {
    return written(numbered(values), { kind, ...section })
  } catch (error) {
    assert.ok(error instanceof FormatFault)
    return undefined
  }
}

function written(entries: Entries, format: PlannedFormat): string {
  const text = new PaidText(workBudget())
  writeFormat(entries, format, text)
  return text.made()
}

/** Values that all loaders of dotenv files read alike: see the table. */
function isPlain(value: string): boolean {
  const needsShell = value.includes("'") && /["$\\`\n\r]/.test(value)
  return !needsShell && !value.endsWith('\\') && !value.includes('\r')
}

function keysOf({ read = {} }: ReadFile): readonly string[] {
  return Object.keys(read).toSorted()
}

function holdExactly(all: readonly Sample[], results: readonly ReadFile[]): void {
  assert.equal(results.length, all.length)
  for (const [at, { values, text }] of all.entries()) {
    assert.equal(results[at]?.error, undefined, text)
    assert.deepEqual(listed(results[at]?.read ?? {}), listed(Object.fromEntries(numbered(values))), text)
  }
}

/** Exact where all values are plain; else no name that is none of ours. */
function holdWithin(
  all: readonly Sample[],
  results: readonly ReadFile[],
  isExact: (value: string) => boolean,
): void {
  assert.equal(results.length, all.length)
  let exact = 0
  for (const [at, { values, text }] of all.entries()) {
    const result = results[at] ?? {}
    const names = [...numbered(values).keys()]
    for (const key of keysOf(result)) assert.ok(names.includes(key), `${key} is none of ours: ${text}`)
    if (!values.every(isExact)) continue
    exact++
    assert.equal(result.error, undefined, text)
    assert.deepEqual(listed(result.read ?? {}), listed(Object.fromEntries(numbered(values))), text)
  }
  assert.ok(exact >= certain, `${exact} exact`)
}

for (const kind of ['toml', 'yaml', 'json', 'properties', 'ini'] as const) {
  test(`${kind}: Python reads each value as it is`, { skip: skipWithoutPython }, () => {
    const all = samples(kind, 500)
    const results = readWithPython(all).map((result) =>
      kind === 'ini' ? { ...result, read: (result.read?.app ?? {}) as Record<string, unknown> } : result,
    )
    holdExactly(all, results)
  })
}

test('properties: Java reads each value as it is', { skip: skipWithoutJava }, () => {
  const all = samples('properties', 300)
  holdExactly(all, readWithJava(all))
})

for (const kind of ['toml', 'yaml', 'docker-env'] as const) {
  test(`${kind}: Go reads each value as it is`, { skip: skipWithoutGo }, () => {
    const all = samples(kind, 500)
    holdExactly(all, readWithGo(all))
  })
}

test('dotenv: python-dotenv reads plain values as they are, and takes no other for two', {
  skip: skipWithoutPython,
}, () => {
  const isRead = (value: string) => isPlain(value) && !value.includes('\\\\')
  const all = [...samples('dotenv', certain, isRead), ...samples('dotenv', 1000)]
  holdWithin(all, readWithPython(all), isRead)
})

test('dotenv: godotenv reads plain values as they are, and takes no other for two', {
  skip: skipWithoutGo,
}, () => {
  const all = [...samples('dotenv', certain, isPlain), ...samples('dotenv', 1000)]
  holdWithin(all, readWithGo(all), isPlain)
})

test('dotenv: systemd reads plain values as they are, and takes no other for two', {
  skip: skipWithoutSystemd,
}, () => {
  const isSet = (value: string) => value !== '' && !value.includes('$')
  const all = [
    ...samples('dotenv', certain, (value) => isSet(value) && isPlain(value)),
    ...samples('dotenv', 60, isSet),
  ]
  holdWithin(
    all,
    all.map(({ text }) => readWithSystemd(text)),
    isPlain,
  )
})

/** The table of docs/secretproviderclass.md, "objectFormat": what loaders read where they do not read the value. */
const table: readonly (readonly [
  value: string,
  differs: Readonly<Partial<Record<'npm' | 'python' | 'go' | 'systemd', string>>>,
])[] = [
  ['plain', {}],
  ['a b #c "d" `e`', {}],
  ["it's", {}],
  ['one\ntwo', {}],
  ["it's\ntwo", {}],
  ['C:\\new', {}],
  ['a\\\\b', { python: 'a\\b' }],
  ["it's C:\\new", { npm: "it's C:\\\new" }],
  ["it's $5", { npm: "it's \\$5", python: "it's \\$5" }],
  ['it\'s "x"', { npm: 'it\'s \\"x\\"', go: 'it\'s "x\\' }],
  ['end\\', { npm: 'end\\\\" #', go: 'end\\" #', systemd: 'end\\#"' }],
  ['a\rb', { npm: 'a\nb' }],
  // python-dotenv expands unless it is told not to; NAME is not set.
  ['a ${NAME} b', { python: 'a  b' }],
  ['a $NAME b', {}],
  ["it's ${NAME}", { npm: "it's \\${NAME}", python: "it's \\" }],
]
test('the table of what loaders of dotenv files read', {
  skip: skipWithoutPython || skipWithoutGo || skipWithoutTmpfiles,
}, () => {
  const files = table.map(([value]) => ({
    kind: 'dotenv',
    text: written(new Map([['K0', value]]), { kind: 'dotenv' }),
  }))
  const python = readWithPython(files.map((file) => ({ ...file, kind: 'dotenv-by-default' })))
  const unexpanded = readWithPython(files)
  const go = readWithGo(files)
  for (const [at, [value, differs]] of table.entries()) {
    const text = files[at]?.text ?? ''
    const read = {
      npm: parseDotenv(text).K0,
      python: python[at]?.read?.K0,
      go: go[at]?.read?.K0,
      systemd: readOneWithSystemd(text, 'K0'),
    }
    // Told not to expand, it reads the rest all the same.
    const expected = value.includes('${') ? value.replace(/^(it's )/, '$1\\') : (differs.python ?? value)
    assert.equal(unexpanded[at]?.read?.K0, expected, text)
    const same = { npm: value, python: value, go: value, systemd: value }
    assert.deepEqual(read, { ...same, ...differs }, text)
  }
})
