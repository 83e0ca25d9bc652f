import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/**
 * node scripts/coverage.ts
 * Runs the unit tests and prints which share of the lines of each folder of src/ they run through. What the tests over
 * the socket run through besides is not counted: they run the executable. Ends with 1 when a test fails.
 */
interface Lines {
  readonly found: number
  readonly hit: number
}

/** Lines by folder, from a report in lcov's form: SF names a file, LF and LH its lines. */
export function linesByFolder(lcov: string): ReadonlyMap<string, Lines> {
  const folders = new Map<string, Lines>()
  for (const record of lcov.split('end_of_record')) {
    const [, file] = /^SF:(.*)$/m.exec(record) ?? []
    if (file === undefined) continue
    const numberOf = (key: string) => Number(new RegExp(`^${key}:(\\d+)$`, 'm').exec(record)?.[1])
    const before = folders.get(dirname(file)) ?? { found: 0, hit: 0 }
    folders.set(dirname(file), { found: before.found + numberOf('LF'), hit: before.hit + numberOf('LH') })
  }
  return folders
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..')
  const scratch = mkdtempSync(join(tmpdir(), 'coverage-'))
  try {
    const report = join(scratch, 'lcov')
    const { status } = spawnSync(
      process.execPath,
      [
        '--test',
        '--experimental-test-coverage',
        '--test-coverage-include=src/**/*.ts',
        '--test-coverage-exclude=src/**/*.test.ts',
        '--test-reporter=lcov',
        `--test-reporter-destination=${report}`,
        'src/**/*.test.ts',
      ],
      { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
    )
    for (const [folder, { found, hit }] of [...linesByFolder(readFileSync(report, 'utf8'))].toSorted()) {
      process.stdout.write(
        `${folder.padEnd(26)} ${((100 * hit) / found).toFixed(1).padStart(5)} % of ${found} lines\n`,
      )
    }
    process.exitCode = status ?? 1
  } finally {
    rmSync(scratch, { recursive: true })
  }
}
