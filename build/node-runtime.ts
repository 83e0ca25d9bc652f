import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import runtimes from './node-runtimes.json' with { type: 'json' }

export const architectures = ['amd64', 'arm64'] as const
export type Architecture = (typeof architectures)[number]

/** The version of Node that goes into the executable and runs the build. */
export const nodeVersion = runtimes.version

export function hostArchitecture(): Architecture {
  if (process.arch === 'x64') return 'amd64'
  if (process.arch === 'arm64') return 'arm64'
  throw new Error(`No Node runtime is pinned for ${process.arch}; build on x64 or arm64`)
}

/**
 * The folder of the pinned Node package for an architecture, its program checked against the
 * pinned hash. npm installs only the host's own; the other is fetched once into .cache/.
 */
export async function nodeRuntime(root: string, architecture: Architecture): Promise<string> {
  const { package: name, sha256 } = runtimes[architecture]
  const installed = join(root, 'node_modules', name)
  const cached = join(root, '.cache', `${name}-${nodeVersion}`)
  const folder = existsSync(join(installed, 'bin/node')) ? installed : cached
  if (!existsSync(folder)) await fetchPackage(root, name, cached)
  const actual = createHash('sha256')
    .update(await readFile(join(folder, 'bin/node')))
    .digest('hex')
  if (actual !== sha256) {
    throw new Error(
      `${folder}/bin/node has sha256 ${actual}, pinned is ${sha256}: remove the folder, or pin anew`,
    )
  }
  return folder
}

async function fetchPackage(root: string, name: string, target: string): Promise<void> {
  const cache = join(root, '.cache')
  await mkdir(cache, { recursive: true })
  const scratch = await mkdtemp(join(cache, 'fetch-'))
  const spec = `${name}@${nodeVersion}`
  const [npm, ...words] = npmCommand()
  await run(npm, [...words, 'pack', spec, '--silent', '--prefer-offline', '--pack-destination', scratch], {
    cwd: root,
  })
  const tarball = join(scratch, `${name}-${nodeVersion}.tgz`)
  const actual = `sha512-${createHash('sha512')
    .update(await readFile(tarball))
    .digest('base64')}`
  const pinned = await lockedIntegrity(root, name)
  if (actual !== pinned) throw new Error(`${spec} has integrity ${actual}, package-lock.json says ${pinned}`)
  await run('tar', ['-xzf', tarball, '-C', scratch, 'package/bin/node', 'package/LICENSE'])
  await rename(join(scratch, 'package'), target)
  await rm(scratch, { recursive: true })
}

/** npm on the Node that it came with: some distributions' npm runs on no other. */
function npmCommand(): readonly [string, ...string[]] {
  const { npm_node_execpath: node, npm_execpath: npm } = process.env
  return node && npm?.endsWith('npm-cli.js') ? [node, npm] : ['npm']
}

async function lockedIntegrity(root: string, name: string): Promise<string> {
  const lock = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'))
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {}
  if (version !== nodeVersion) {
    throw new Error(`package-lock.json has ${name} ${version}, build/node-runtimes.json ${nodeVersion}`)
  }
  return integrity
}

const run = promisify(execFile)
