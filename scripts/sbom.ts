import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from '../build/bundle.ts'
import runtimes from '../build/node-runtimes.json' with { type: 'json' }
import { providerName, version } from '../src/process/version.ts'

/**
 * node scripts/sbom.ts [--output FILE] [--root FOLDER]
 * Writes a CycloneDX 1.6 bill of materials of exactly what is delivered: the packages with code in the bundle, as
 * the bundler counted them, and Node; with --root the Debian packages of an image's file system too. Same
 * inputs, same bytes: no time, and a serial number made from the content.
 * @see https://cyclonedx.org/docs/1.6/json/
 */
const root = join(import.meta.dirname, '..')
const { values } = parseArgs({ options: { output: { type: 'string' }, root: { type: 'string' } } })
const lock: { readonly packages: Readonly<Record<string, LockedPackage | undefined>> } = JSON.parse(
  readFileSync(join(root, 'package-lock.json'), 'utf8'),
)

interface LockedPackage {
  readonly version: string
  readonly integrity?: string
}

interface Component {
  readonly type: 'library' | 'platform' | 'operating-system'
  readonly 'bom-ref': string
  readonly name: string
  readonly version: string
  readonly purl: string
  readonly licenses?: readonly object[]
  readonly hashes?: readonly object[]
}

const { inputs } = await bundle(root)
const components = [...npmPackages(inputs), nodeRuntime(), ...debianPackages(values.root)].sort((a, b) =>
  a.purl < b.purl ? -1 : 1,
)
const product = `pkg:generic/${providerName}@${version}`
const content = {
  metadata: {
    component: {
      type: 'application',
      'bom-ref': product,
      name: providerName,
      version,
      purl: product,
      licenses: [{ license: { id: 'Apache-2.0' } }],
    },
  },
  components,
  dependencies: [{ ref: product, dependsOn: components.map((component) => component['bom-ref']) }],
}
const bill = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: serialNumber(content),
  version: 1,
  ...content,
}
const text = `${JSON.stringify(bill, null, 2)}\n`
if (values.output === undefined) process.stdout.write(text)
else writeFileSync(values.output, text)

function npmPackages(files: readonly string[]): Component[] {
  const folders = new Set(files.map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]))
  return [...folders].filter((folder) => folder !== undefined).map(npmPackage)
}

function npmPackage(folder: string): Component {
  const { name, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  const locked = lock.packages[folder]
  if (locked === undefined)
    throw new Error(`${folder} is in the bundle, but not in package-lock.json: run npm ci`)
  const purl = `pkg:npm/${name.replace('@', '%40')}@${locked.version}`
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version: locked.version,
    purl,
    licenses: [{ expression: license }],
    ...(locked.integrity === undefined ? {} : { hashes: [sha512Of(locked.integrity)] }),
  }
}

function sha512Of(integrity: string): object {
  return { alg: 'SHA-512', content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex') }
}

function nodeRuntime(): Component {
  const purl = `pkg:generic/node@${runtimes.version}`
  return {
    type: 'platform',
    'bom-ref': purl,
    name: 'node',
    version: runtimes.version,
    purl,
    licenses: [{ license: { name: 'Node.js licence, see THIRD_PARTY_LICENSES' } }],
  }
}

/** Distroless images keep each package's control data in a file of its own, and its digests beside it. */
function debianPackages(folder: string | undefined): Component[] {
  if (folder === undefined) return []
  const status = join(folder, 'var/lib/dpkg/status.d')
  if (!existsSync(status)) throw new Error(`${folder} has no var/lib/dpkg/status.d: it is no distroless root`)
  const files = readdirSync(status).filter((file) => !file.endsWith('.md5sums'))
  return files.map((file) => {
    const control = readFileSync(join(status, file), 'utf8')
    const field = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(control)?.[1] ?? ''
    const purl = `pkg:deb/debian/${field('Package')}@${encodeURIComponent(field('Version'))}?arch=${field('Architecture')}`
    const name = field('Package')
    return { type: 'library', 'bom-ref': purl, name, version: field('Version'), purl }
  })
}

function serialNumber(value: object): string {
  const hex = createHash('sha256').update(JSON.stringify(value)).digest('hex')
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4]
  const parts = [hex.slice(0, 8), hex.slice(8, 12), `5${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`]
  return `urn:uuid:${[...parts, hex.slice(20, 32)].join('-')}`
}
