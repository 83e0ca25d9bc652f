import { execFile } from 'node:child_process'
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject } from 'postject'
import type { Bundle } from './bundle.ts'
import { stripElf } from './strip-elf.ts'

export type Executable = {
  readonly bundle: Bundle
  /** The Node program to put the bundle into. */
  readonly node: string
  /** A Node program of the same version that runs here. */
  readonly hostNode: string
  /** Whether compiled code travels along: only where both are of one architecture. */
  readonly compiled: boolean
  /** A folder of our own to work in. */
  readonly scratch: string
  readonly output: string
}

/**
 * Writes one executable: a stripped Node with the bundle inside. Same inputs, same bytes.
 * The file appears at once and whole under its name.
 * @see https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
 */
export async function writeExecutable(wanted: Executable): Promise<void> {
  const { bundle, node, hostNode, compiled, scratch, output } = wanted
  await mkdir(scratch, { recursive: true })
  for (const [name, text] of Object.entries(bundle.texts)) {
    await writeFile(join(scratch, name), `(function(exports,require,module){${text}\n})`)
  }
  await writeFile(join(scratch, 'boot.cjs'), bundle.boot)
  // A fixed seed, or compiled code differs at each build. Names relative to the working directory,
  // or the place of the checkout gets into the file.
  const hostRun = (...words: readonly string[]) =>
    run(hostNode, ['--random-seed=1', ...words], { cwd: scratch, env: {} })
  if (compiled) {
    const compile = join(import.meta.dirname, 'compile.ts')
    await hostRun(...seaConfig.execArgv, compile, 'main.cjs')
    await hostRun(...seaConfig.execArgv, compile, 'main.cjs', '--check')
  }
  const assets = [...Object.keys(bundle.texts), ...(compiled ? ['main.cjs.compiled'] : [])]
  const config = { ...seaConfig, assets: Object.fromEntries(assets.map((name) => [name, name])) }
  await writeFile(join(scratch, 'sea.json'), JSON.stringify(config))
  await hostRun('--experimental-sea-config', 'sea.json')

  const unfinished = join(scratch, 'executable')
  await writeFile(unfinished, stripElf(await readFile(node)))
  await withoutNoise(async () => {
    await inject(unfinished, 'NODE_SEA_BLOB', await readFile(join(scratch, 'blob')), { sentinelFuse })
  })
  await chmod(unfinished, 0o755)
  await rename(unfinished, output)
  await rm(scratch, { recursive: true })
}

const seaConfig = {
  main: 'boot.cjs',
  output: 'blob',
  disableExperimentalSEAWarning: true,
  execArgv: [
    // For a pod of 100 MiB; docs/packaging.md says what each is for, with measurements.
    '--max-semi-space-size=2',
    '--max-old-space-size=64',
    '--optimize-for-size',
    '--v8-pool-size=0',
    '--no-sparkplug',
    '--invocation-count-for-maglev=800',
    '--invocation-count-for-turbofan=15000',
    // A signal must not open the inspector, and with it the memory.
    '--disable-sigusr1',
  ],
  // NODE_OPTIONS could load foreign code into the process.
  execArgvExtension: 'none',
}

/** Node's own marker, flipped when a program has been injected. */
const sentinelFuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'

const run = promisify(execFile)

/** The ELF library inside postject prints harmless warnings on sections that it does not know. */
async function withoutNoise(work: () => Promise<void>): Promise<void> {
  const { warn, error, log } = console
  console.warn = console.error = console.log = () => {}
  try {
    await work()
  } finally {
    Object.assign(console, { warn, error, log })
  }
}
