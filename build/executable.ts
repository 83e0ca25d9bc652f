import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Bundle } from './bundle.ts'
import { lateFlags, startFlags } from './flags.ts'
import type { Architecture } from './node-runtime.ts'
import { pack } from './pack.ts'
import { stripElf } from './strip-elf.ts'

export type Executable = {
  readonly bundle: Bundle
  /** The Node program to put the bundle into. */
  readonly node: string
  readonly architecture: Architecture
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
  const { bundle, node, hostNode, architecture, compiled, scratch, output } = wanted
  await mkdir(scratch, { recursive: true })
  for (const [name, text] of Object.entries(bundle.texts)) {
    await writeFile(join(scratch, name), `(function(exports,require,module){${text}\n})`)
  }
  await writeFile(join(scratch, 'boot.cjs'), bundle.boot)
  if (compiled) {
    const compile = join(import.meta.dirname, 'compile.ts')
    // A fixed seed, or compiled code differs at each build. The name relative to the working directory, or the place of
    // the checkout gets into the file.
    const hostRun = (...words: readonly string[]) =>
      run(hostNode, ['--random-seed=1', ...startFlags, ...lateFlags, compile, 'main.cjs', ...words], {
        cwd: scratch,
        env: {},
      })
    await hostRun()
    await hostRun('--check')
  }
  const assets = [...Object.keys(bundle.texts), ...(compiled ? ['main.cjs.compiled'] : [])]
  const stripped = join(scratch, 'node')
  await writeFile(stripped, stripElf(await readFile(node)), { mode: 0o755 })
  await pack({
    node: stripped,
    architecture,
    settings: { ...settings, main: 'boot.cjs', assets },
    folder: scratch,
    output,
  })
  await rm(scratch, { recursive: true })
}

const settings = {
  execArgv: startFlags,
  // NODE_OPTIONS could load foreign code into the process.
  execArgvExtension: 'none',
}

const run = promisify(execFile)
