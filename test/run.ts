import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'

/**
 * npm test [-- words]
 * Runs test files, several at a time: those named, or all that need nothing beyond what npm brings. Words that begin
 * with a dash go to node --test, for example --test-name-pattern=region.
 */
const everything = [
  'src/**/*.test.ts',
  'build/**/*.test.ts',
  'scripts/**/*.test.ts',
  'test/*.test.ts',
  'test/!(e2e|moto|collector|driver-clients|readers|value-readers)/**/*.test.ts',
]
/** Most tests wait for timers and sockets: on two cores, four files at a time take half as long as one (189 s, 337 s). */
const filesAtOnce = Math.max(4, availableParallelism() - 1)

const words = process.argv.slice(2)
const flags = words.filter((word) => word.startsWith('-'))
const files = words.filter((word) => !word.startsWith('-'))
const reporter = fileURLToPath(new URL('harness/progress-reporter.ts', import.meta.url))
const { status } = spawnSync(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${filesAtOnce}`,
    `--test-reporter=${reporter}`,
    ...flags,
    ...(files.length > 0 ? files : everything),
  ],
  { stdio: 'inherit' },
)
process.exitCode = status ?? 1
