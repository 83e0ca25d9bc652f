import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { providerName } from '../src/process/version.ts'
import { bundle } from './bundle.ts'
import { writeExecutable } from './executable.ts'
import { licences } from './licences.ts'
import type { Architecture } from './node-runtime.ts'
import { architectures, hostArchitecture, nodeRuntime, nodeVersion } from './node-runtime.ts'

/**
 * npm run build [-- --arch amd64|arm64|host] [--out folder]
 * Writes one executable per architecture and the licences of what is inside.
 */
const root = join(import.meta.dirname, '..')
const { values } = parseArgs({
  options: { arch: { type: 'string' }, out: { type: 'string', default: 'dist' } },
})

if (process.version !== `v${nodeVersion}`) {
  fail(`This is Node ${process.version}; the build needs ${nodeVersion}: run "npm ci", then "npm run build"`)
}
const host = hostArchitecture()
const wanted = chooseArchitectures(values.arch)
const out = join(root, values.out)
await mkdir(out, { recursive: true })

const bundled = await bundle(root)
const { texts } = bundled
say(
  `bundled: program ${kilobytes(texts['main.cjs'])}, commands ${kilobytes(texts['commands.cjs'])}, credential chain ${kilobytes(texts['credentials.cjs'])}, SDK ${kilobytes(texts['sdk.cjs'])}, traces ${kilobytes(texts['traces.cjs'])}`,
)

const hostRuntime = await nodeRuntime(root, host)
await writeFile(join(out, 'THIRD_PARTY_LICENSES'), await licences(root, bundled.inputs, hostRuntime))

for (const architecture of wanted) {
  const runtime = await nodeRuntime(root, architecture)
  const output = join(out, `${providerName}-linux-${architecture}`)
  const scratch = join(root, '.cache', `build-${architecture}-${process.pid}`)
  const compiled = architecture === host
  try {
    const [node, hostNode] = [join(runtime, 'bin/node'), join(hostRuntime, 'bin/node')]
    await writeExecutable({ bundle: bundled, node, hostNode, architecture, compiled, scratch, output })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  const { size } = await stat(output)
  const sum = createHash('sha256')
    .update(await readFile(output))
    .digest('hex')
  const extra = compiled ? ', with compiled code' : ''
  say(`${output.slice(root.length + 1)}: ${(size / 1e6).toFixed(1)} MB${extra}, sha256 ${sum}`)
}

function chooseArchitectures(text: string | undefined): readonly Architecture[] {
  if (text === undefined) return architectures
  if (text === 'host') return [host]
  const chosen = architectures.filter((one) => one === text)
  if (chosen.length === 0) fail(`--arch is ${text}; it can be ${architectures.join(', ')} or host`)
  return chosen
}

function kilobytes(text: string): string {
  return `${Math.round(Buffer.byteLength(text) / 1000)} KB`
}

function say(text: string): void {
  process.stderr.write(`build: ${text}\n`)
}

function fail(text: string): never {
  process.stderr.write(`build: ${text}\n`)
  process.exit(1)
}
