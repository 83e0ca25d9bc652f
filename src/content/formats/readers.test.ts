import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parse as parseProperties } from 'dot-properties'
import { parse as parseDotenv } from 'dotenv'
import fc from 'fast-check'
import { parse as parseToml } from 'smol-toml'
import { parse as parseYaml } from 'yaml'
import { hostileValue, hostileValues, listed, numbered } from '../../../test/fixtures/hostile-values.ts'
import { PaidText } from '../../json/paid-text.ts'
import { workBudget } from '../../json/work-budget.ts'
import type { PlannedFormat } from '../../plan/mount-plan.ts'
import { FormatFault } from './format-fault.ts'
import { writeFormat } from './write-format.ts'

/** It comes without types. */
const { parse: parseIni } = createRequire(import.meta.url)('ini') as {
  readonly parse: (text: string) => Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** What real readers make of what is written; those that need Python or Go are in test/value-readers. */
const folder = mkdtempSync(join(tmpdir(), 'formats-'))
after(() => rmSync(folder, { recursive: true, force: true }))

function written(
  values: ReadonlyMap<string, string>,
  kind: PlannedFormat['kind'],
  more = {},
): string | undefined {
  try {
    const text = new PaidText(workBudget())
    writeFormat(values, { kind, ...more }, text)
    return text.made()
  } catch (error) {
    assert.ok(error instanceof FormatFault)
    return undefined
  }
}

/** The variables that a shell exports after it read a file. */
function exported(shell: string, text: string): ReadonlyMap<string, string> {
  const file = join(folder, 'file.env')
  writeFileSync(file, text)
  const { stdout, stderr, status } = spawnSync(shell, ['-c', 'set -a; . "$1"; env -0', shell, file], {
    env: { PATH: '/usr/bin:/bin' },
  })
  assert.equal(status, 0, stderr.toString())
  const pairs = stdout.toString().split('\0').slice(0, -1)
  return new Map(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]))
}

const shells = ['sh', 'dash', 'bash', 'busybox'].filter(
  (shell) => spawnSync(shell, ['-c', 'true']).status === 0,
)
for (const shell of shells) {
  test(`dotenv: ${shell} reads each value as it is`, () => {
    const own = exported(shell, '')
    fc.assert(
      fc.property(hostileValues, (values) => {
        const all = exported(shell, written(numbered(values), 'dotenv') ?? '')
        const read = Object.fromEntries([...all].filter(([name]) => !own.has(name)))
        assert.deepEqual(listed(read), listed(Object.fromEntries(numbered(values))))
      }),
      { numRuns: 200 },
    )
  })
}

/** What docs/secretproviderclass.md says that all loaders of dotenv files agree on. */
function isPlain(value: string): boolean {
  const needsShell = value.includes("'") && /["$\\`\n\r]/.test(value)
  return !needsShell && !value.endsWith('\\') && !value.includes('\r')
}

test('dotenv: npm dotenv reads plain values as they are, and takes no other for two', () => {
  fc.assert(
    fc.property(hostileValues, (values) => {
      const read = parseDotenv(written(numbered(values), 'dotenv') ?? '')
      assert.deepEqual(Object.keys(read).toSorted(), [...numbered(values).keys()])
      if (!values.every(isPlain)) return
      assert.deepEqual(listed(read), listed(Object.fromEntries(numbered(values))))
    }),
    { numRuns: 3000 },
  )
})

test('docker-env: whatever is not refused is one line, as it is', () => {
  let taken = 0
  fc.assert(
    fc.property(hostileValues, (values) => {
      const text = written(numbered(values), 'docker-env')
      if (text === undefined) return
      taken++
      assert.equal(text, [...numbered(values)].map(([key, value]) => `${key}=${value}\n`).join(''))
      assert.equal(text.split(/\r?\n/).length, values.length + 1)
    }),
    { numRuns: 1000 },
  )
  assert.ok(taken > 100, `${taken} taken`)
})

test('properties: a reader of Java properties reads each value as it is', () => {
  fc.assert(
    fc.property(fc.dictionary(hostileValue, hostileValue, { noNullPrototype: true }), (values) => {
      const text = written(new Map(Object.entries(values)), 'properties') ?? ''
      assert.match(text, /^[\n -~]*$/)
      assert.deepEqual(listed(parseProperties(text) as Record<string, string>), listed(values))
    }),
  )
})

test('toml: a reader reads each value as it is', () => {
  fc.assert(
    fc.property(fc.dictionary(hostileValue, hostileValue, { noNullPrototype: true }), (values) => {
      const text = written(new Map(Object.entries(values)), 'toml') ?? ''
      assert.deepEqual(listed(parseToml(text)), listed(values))
    }),
  )
})

for (const kind of ['json', 'yaml'] as const) {
  test(`${kind}: a reader reads each value as it is`, () => {
    fc.assert(
      fc.property(fc.dictionary(hostileValue, hostileValue, { noNullPrototype: true }), (values) => {
        const text = written(new Map(Object.entries(values)), kind, { prefix: '' }) ?? ''
        assert.deepEqual(listed(kind === 'json' ? JSON.parse(text) : parseYaml(text)), listed(values))
      }),
    )
  })
}

test('ini: npm ini takes no value for two', () => {
  let taken = 0
  fc.assert(
    fc.property(hostileValues, (values) => {
      const text = written(numbered(values), 'ini', { section: 'app' })
      if (text === undefined) return
      taken++
      const read = parseIni(text)
      assert.deepEqual(Object.keys(read), ['app'])
      assert.deepEqual(Object.keys(read.app ?? {}).toSorted(), [...numbered(values).keys()])
    }),
    { numRuns: 1000 },
  )
  assert.ok(taken > 100, `${taken} taken`)
})
