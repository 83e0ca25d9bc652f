import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/**
 * node scripts/kubernetes-schemas.ts OUT VERSION...
 * Writes JSON Schemas for kubeconform into OUT/vVERSION-standalone-strict, taken from what Kubernetes itself
 * publishes in its Go module, and into OUT/crds those of the Secrets Store CSI driver's own objects. Strict: a
 * field that Kubernetes would drop without a word is an error.
 */
const [out, ...versions] = process.argv.slice(2)
if (out === undefined || versions.length === 0) {
  console.error('Write: node scripts/kubernetes-schemas.ts OUT VERSION..., for example schemas 1.30.14')
  process.exit(2)
}

type Schema = { [key: string]: unknown }

const driverModule = 'sigs.k8s.io/secrets-store-csi-driver@v1.6.1'

for (const version of versions) {
  const folder = join(out, `v${version}-standalone-strict`)
  if (!existsSync(folder)) writeKubernetes(folder, version)
}
if (!existsSync(join(out, 'crds'))) writeDriver(join(out, 'crds'))

function writeKubernetes(folder: string, version: string): void {
  const file = join(moduleFolder(`k8s.io/kubernetes@v${version}`), 'api/openapi-spec/swagger.json')
  const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Record<string, Schema> }
  const strict = Object.fromEntries(
    Object.entries(definitions).map(([name, schema]) => [name, strictly(name, schema)]),
  )
  mkdirSync(folder, { recursive: true })
  for (const [name, schema] of Object.entries(definitions)) {
    const kinds = schema['x-kubernetes-group-version-kind'] as
      | { group: string; version: string; kind: string }[]
      | undefined
    if (kinds?.length !== 1) continue
    for (const { group, version: apiVersion, kind } of kinds) {
      const suffix = group === '' ? apiVersion : `${group.split('.')[0]}-${apiVersion}`
      const used = reachable(name, strict)
      const definitionsUsed = Object.fromEntries([...used].map((one) => [one, strict[one]]))
      const text = JSON.stringify({ $ref: `#/definitions/${name}`, definitions: definitionsUsed })
      writeFileSync(join(folder, `${kind.toLowerCase()}-${suffix}.json`), text)
    }
  }
}

function strictly(name: string, schema: Schema): Schema {
  if (name === 'io.k8s.apimachinery.pkg.api.resource.Quantity') return { type: ['string', 'number'] }
  if (name === 'io.k8s.apimachinery.pkg.util.intstr.IntOrString') return { type: ['string', 'integer'] }
  // An empty time is written as null.
  if (name === 'io.k8s.apimachinery.pkg.apis.meta.v1.Time') return { type: ['string', 'null'] }
  return schema.properties === undefined ? schema : { ...schema, additionalProperties: false }
}

function reachable(
  name: string,
  definitions: Readonly<Record<string, Schema>>,
  found = new Set<string>(),
): Set<string> {
  if (found.has(name)) return found
  found.add(name)
  const text = JSON.stringify(definitions[name])
  for (const [, next] of text.matchAll(/"#\/definitions\/([^"]+)"/g)) {
    if (next !== undefined) reachable(next, definitions, found)
  }
  return found
}

function writeDriver(folder: string): void {
  const deploy = join(moduleFolder(driverModule), 'charts/secrets-store-csi-driver/crds')
  mkdirSync(folder, { recursive: true })
  for (const file of readdirSync(deploy)) {
    const { spec } = parse(readFileSync(join(deploy, file), 'utf8'))
    for (const { name, schema } of spec.versions) {
      const path = join(folder, `${spec.names.kind.toLowerCase()}-${spec.group.split('.')[0]}-${name}.json`)
      writeFileSync(path, JSON.stringify(schema.openAPIV3Schema))
    }
  }
}

/** Fetches a Go module and gives its folder. */
function moduleFolder(module: string): string {
  const text = execFileSync('go', ['mod', 'download', '-json', module], {
    encoding: 'utf8',
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { Dir } = JSON.parse(text) as { Dir: string }
  return Dir
}
