import { chmod, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import pkg from '@yao-pkg/pkg/lib-es5/sea.js'
import type { Architecture } from './node-runtime.ts'

export type Packing = {
  /** The Node program to pack into, of the version that runs here; it is not started unless it is of this host. */
  readonly node: string
  readonly architecture: Architecture
  /** Settings as Node documents them, with `main` and `assets` as names of files in `folder`. */
  readonly settings: Readonly<Record<string, unknown>> & {
    readonly main: string
    readonly assets: readonly string[]
  }
  /** A folder of our own; `output` is on the same disk. */
  readonly folder: string
  readonly output: string
}

/**
 * Packs files into a Node program, by pkg. Same inputs, same bytes, wherever the folder lies.
 *
 * pkg's command line takes neither a Node of ours nor settings; its module for single executables does, though its types
 * lack some of them. build/pack.test.ts holds it to what is used here.
 * @see https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html
 */
export async function pack(wanted: Packing): Promise<void> {
  const { node, architecture, settings, folder, output } = wanted
  const unfinished = join(folder, 'executable')
  // pkg works in a new folder below TMPDIR, under a random name. Settings lead out of it by relative names, since the
  // name of the main file gets into the executable.
  const outside = (name: string) => `../${name}`
  const seaConfig = {
    useSnapshot: false,
    // Compiled code travels as an asset of ours; Node's own would differ at each build.
    useCodeCache: false,
    disableExperimentalSEAWarning: true,
    ...settings,
    main: outside(settings.main),
    assets: Object.fromEntries(settings.assets.map((name) => [name, outside(name)])),
  }
  const target = {
    nodeRange: `node${process.versions.node}`,
    platform: 'linux' as const,
    arch: architecture === 'amd64' ? ('x64' as const) : architecture,
    output: unfinished,
  }
  await mkdir(folder, { recursive: true })
  await withTemporaryFolder(folder, async () => {
    // With useLocalNode pkg takes this process's version for that of `node`, and need not start it to ask.
    const options = { seaConfig, nodePath: node, useLocalNode: true, targets: [target] }
    await withoutNoise(() => pkg.default(join(folder, settings.main), options))
  })
  await chmod(unfinished, 0o755)
  await rename(unfinished, output)
}

async function withTemporaryFolder(folder: string, work: () => Promise<void>): Promise<void> {
  const { TMPDIR } = process.env
  process.env.TMPDIR = folder
  try {
    await work()
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR
    else process.env.TMPDIR = TMPDIR
  }
}

/** pkg tells its steps, and the ELF library inside postject of sections that it does not know. Errors are thrown. */
async function withoutNoise(work: () => Promise<void>): Promise<void> {
  const { warn, error, log } = console
  console.warn = console.error = console.log = () => {}
  try {
    await work()
  } finally {
    Object.assign(console, { warn, error, log })
  }
}
