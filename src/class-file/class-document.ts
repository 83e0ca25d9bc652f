import { type Alias, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml'
import { quote } from '../errors/kind.ts'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import { unrendered } from '../errors/unrendered.ts'
import { isKubernetesName } from '../request/kubernetes-name.ts'
import { parameterNames } from '../request/parameter-fields.ts'
import type { SourcePosition } from '../yaml/finding.ts'
import { nearestName } from '../yaml/nearest-name.ts'
import { withoutQuotes } from './quotes.ts'
import { scalarPositions } from './scalar-positions.ts'
import type { Warning } from './warning-kinds.ts'

/** A parameter of a SecretProviderClass. */
export interface Parameter {
  /** Of its key. */
  readonly keyPosition: SourcePosition
  readonly at: SourcePosition
  /** Undefined when it is something else than a text. */
  readonly text: string | undefined
  /** What stands there, in words. */
  readonly received: string
  /** Written as a block that joins its lines (>). */
  readonly folded: boolean
  /** The place in the file of a place in the text. */
  readonly positionIn: (at: SourcePosition) => SourcePosition
}

/** A field that is a string, empty when missing, and where it is or would be. */
export interface LocatedText {
  readonly text: string
  readonly at: SourcePosition
}

/** A SecretProviderClass as a file has it, with the places of what may be found wrong. */
export interface ClassDocument {
  readonly file: string
  readonly at: SourcePosition
  readonly apiVersion: LocatedText
  readonly kind: LocatedText
  /** Empty when missing. */
  readonly name: string
  readonly namespace: string
  readonly provider: LocatedText
  readonly parameters: ReadonlyMap<string, Parameter>
  readonly parametersPosition: SourcePosition
  /** The files that secretObjects refers to. */
  readonly secretFiles: readonly { readonly objectName: string; readonly at: SourcePosition }[]
  readonly faults: readonly { readonly fault: ProviderError; readonly at: SourcePosition }[]
  readonly warnings: readonly Warning[]
}

/** The file a node stands in. */
export interface NodeSource {
  readonly file: string
  readonly text: string
  readonly positionOf: (offset: number) => SourcePosition
  readonly resolve: (alias: Alias) => Node | undefined
}

const knownFields = {
  class: ['apiVersion', 'kind', 'metadata', 'spec', 'status'],
  spec: ['provider', 'parameters', 'secretObjects'],
  secretObject: ['secretName', 'type', 'labels', 'annotations', 'data'],
  data: ['objectName', 'key'],
} as const

/** Reads a map of kind SecretProviderClass. Never throws: what has another shape is among `faults`. */
export function readClassDocument(map: YAMLMap, source: NodeSource): ClassDocument {
  const reader = new ClassReader(source)
  const at = reader.positionOf(map)
  const top = reader.fields(map, 'the SecretProviderClass', knownFields.class)
  const metadata = reader.mapField(top, 'metadata', at)
  const name = reader.text(metadata, 'name', at, 'metadata.name')
  const namespace = reader.text(metadata, 'namespace', at, 'metadata.namespace')
  reader.checkName(metadata, name, namespace)
  const spec = reader.mapField(top, 'spec', at, knownFields.spec)
  const specPosition = reader.positionOf(top.get('spec')?.value) ?? at
  const given = spec.get('parameters')
  const parameters = new Map<string, Parameter>()
  for (const [key, entry] of reader.mapField(spec, 'parameters', specPosition)) {
    parameters.set(key, reader.parameter(key, entry))
  }
  return {
    file: source.file,
    at,
    apiVersion: reader.text(top, 'apiVersion', at),
    kind: reader.text(top, 'kind', at),
    name: name.text,
    namespace: namespace.text,
    provider: reader.text(spec, 'provider', specPosition, 'spec.provider'),
    parameters,
    parametersPosition: given === undefined ? specPosition : given.keyPosition,
    secretFiles: reader.secretFiles(spec, specPosition),
    faults: reader.faults,
    warnings: reader.warnings,
  }
}

interface Entry {
  readonly keyPosition: SourcePosition
  readonly value: Node | undefined
}

type Fields = ReadonlyMap<string, Entry>

class ClassReader {
  readonly faults: { fault: ProviderError; at: SourcePosition }[] = []
  readonly warnings: Warning[] = []
  readonly #source: NodeSource

  constructor(source: NodeSource) {
    this.#source = source
  }

  positionOf(node: Node | null | undefined): SourcePosition {
    return this.#source.positionOf(node?.range?.[0] ?? 0)
  }

  /** The entries of a map by key, merge keys followed; `known` warns of all others. */
  fields(map: YAMLMap, where: string, known?: readonly string[]): Fields {
    const entries = new Map<string, Entry>()
    const merged: YAMLMap[] = []
    for (const { key, value } of map.items) {
      const node = this.#follow(value as Node | null)
      if (!isScalar(key)) continue
      const name = String(key.value)
      if (name === '<<') merged.push(...this.#mapsOf(node))
      else entries.set(name, { keyPosition: this.positionOf(key), value: node })
      if (known !== undefined && name !== '<<' && !known.includes(name)) {
        this.warnings.push({
          code: 'FIELD_UNKNOWN',
          message: unknown(name, known, where),
          ...this.positionOf(key),
        })
      }
    }
    for (const from of merged) {
      for (const { key, value } of from.items) {
        if (!isScalar(key) || entries.has(String(key.value))) continue
        entries.set(String(key.value), {
          keyPosition: this.positionOf(key),
          value: this.#follow(value as Node | null),
        })
      }
    }
    return entries
  }

  mapField(fields: Fields, field: string, parent: SourcePosition, known?: readonly string[]): Fields {
    const entry = fields.get(field)
    if (entry === undefined) {
      if (field === 'spec') this.#wrong(field, 'missing', 'provider and parameters there', parent)
      return new Map()
    }
    if (isMap(entry.value)) return this.fields(entry.value, field, known)
    this.#wrong(field, this.#describe(entry.value), 'its fields, each with a value', entry.keyPosition)
    return new Map()
  }

  /** `path`: what messages call it. */
  text(fields: Fields, field: string, parent: SourcePosition, path = field): LocatedText {
    const entry = fields.get(field)
    if (entry === undefined) return { text: '', at: parent }
    const at = entry.value === undefined ? entry.keyPosition : this.positionOf(entry.value)
    if (isScalar(entry.value) && typeof entry.value.value === 'string') return { text: entry.value.value, at }
    this.#wrong(path, this.#describe(entry.value), 'a string', entry.keyPosition)
    return { text: '', at }
  }

  /** As Kubernetes checks them: the name a DNS subdomain, the namespace a DNS label. */
  checkName(metadata: Fields, name: LocatedText, namespace: LocatedText): void {
    const isGenerated = name.text === '' && metadata.has('generateName')
    const isReported = metadata.has('name') && !isScalar(metadata.get('name')?.value)
    if (!isGenerated && !isReported && !isKubernetesName(name.text)) {
      this.faults.push({ fault: fault('CLASS_NAME_MALFORMED', { received: name.text }), at: name.at })
    }
    const isLabel = namespace.text.length <= 63 && !namespace.text.includes('.')
    if (namespace.text !== '' && !(isLabel && isKubernetesName(namespace.text))) {
      const received = quote(namespace.text)
      const expected = 'at most 63 lower-case letters, digits and "-"'
      this.#wrong('metadata.namespace', received, expected, namespace.at)
    }
  }

  parameter(key: string, { keyPosition, value }: Entry): Parameter {
    const at = value === undefined ? keyPosition : this.positionOf(value)
    const text = isScalar(value) && typeof value.value === 'string' ? value.value : undefined
    const received = this.#describe(value)
    if (text === undefined) {
      this.faults.push({ fault: fault('PARAMETER_NOT_TEXT', { parameter: key, received }), at: keyPosition })
    }
    const folded = isScalar(value) && value.type === 'BLOCK_FOLDED'
    return { keyPosition, at, text, received, folded, positionIn: this.#positionsIn(value, text, at) }
  }

  secretFiles(spec: Fields, specPosition: SourcePosition): { objectName: string; at: SourcePosition }[] {
    return this.#list(spec, 'secretObjects').flatMap((secret) => {
      if (!isMap(secret)) return []
      const fields = this.fields(secret, 'secretObjects', knownFields.secretObject)
      return this.#list(fields, 'data').flatMap((data) => {
        if (!isMap(data)) return []
        const { text, at } = this.text(
          this.fields(data, 'secretObjects[].data', knownFields.data),
          'objectName',
          specPosition,
        )
        return text.trim() === '' ? [] : [{ objectName: text.trim(), at }]
      })
    })
  }

  #list(fields: Fields, field: string): readonly (Node | undefined)[] {
    const entry = fields.get(field)
    if (entry === undefined) return []
    if (isSeq(entry.value)) return entry.value.items.map((item) => this.#follow(item as Node | null))
    this.#wrong(field, this.#describe(entry.value), 'a list', entry.keyPosition)
    return []
  }

  #positionsIn(
    value: Node | undefined,
    text: string | undefined,
    at: SourcePosition,
  ): (inText: SourcePosition) => SourcePosition {
    if (text === undefined || !isScalar(value) || !value.range) return () => at
    const [start, end] = value.range
    const find = scalarPositions(this.#source.text, { style: styleOf(value), start, end, text })
    return (inText) => this.#source.positionOf(find(inText))
  }

  #wrong(field: string, received: string, expected: string, at: SourcePosition): void {
    this.faults.push({ fault: fault('CLASS_MALFORMED', { field, received, expected }), at })
  }

  #describe(node: Node | undefined): string {
    const start = node?.range?.[0]
    const isTemplate = isMap(node) && start !== undefined && this.#source.text.startsWith('{{', start)
    return isTemplate ? unrendered : describe(node)
  }

  #follow(node: Node | null | undefined): Node | undefined {
    return isAlias(node) ? this.#source.resolve(node) : (node ?? undefined)
  }

  #mapsOf(node: Node | undefined): readonly YAMLMap[] {
    if (isMap(node)) return [node]
    if (!isSeq(node)) return []
    return node.items.map((item) => this.#follow(item as Node | null)).filter((item) => isMap(item))
  }
}

function unknown(name: string, known: readonly string[], where: string): string {
  if (where === 'spec' && parameterNames.includes(name))
    return `spec: field ${JSON.stringify(name)} is ignored here: it belongs below spec.parameters`
  const nearest = nearestName(name, known)
  const advice = nearest === undefined ? `known fields are ${known.join(', ')}` : `did you mean ${nearest}?`
  return `${where}: field ${JSON.stringify(name.slice(0, 100))} is unknown; ${advice}`
}

/** Whether a class is for this provider: by name, by what was probably meant, or for want of another name. */
export function isForAws({ provider: { text } }: Pick<ClassDocument, 'provider'>): boolean {
  return text === '' || isNearlyAws(text)
}

/** `AWS`, `awss`, `asw`, `aws-provider`, `amazon` and `'"aws"'` are meant as aws, and are warned of. */
export function isNearlyAws(provider: string): boolean {
  const name = withoutQuotes(provider).toLowerCase()
  if (/^(?:aws|amazon$)/.test(name)) return true
  // Nothing else is called so: one letter more, fewer or another, or the three in another order.
  return nearestName(name, ['aws'], 1) !== undefined || Array.from(name).toSorted().join('') === 'asw'
}

/** What stands somewhere, in words for a sentence. */
function describe(node: Node | undefined): string {
  if (isMap(node)) return 'a map'
  if (isSeq(node)) return 'a list'
  if (!isScalar(node) || node.value === null || node.value === undefined) return 'empty'
  return typeof node.value === 'string' ? 'a string' : `a ${typeof node.value}`
}

function styleOf(scalar: Scalar): 'block' | 'plain' | 'single' | 'double' {
  if (scalar.type === 'BLOCK_LITERAL' || scalar.type === 'BLOCK_FOLDED') return 'block'
  if (scalar.type === 'QUOTE_DOUBLE') return 'double'
  return scalar.type === 'QUOTE_SINGLE' ? 'single' : 'plain'
}
