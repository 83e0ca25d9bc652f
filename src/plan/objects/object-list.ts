import { fault, mostFaults } from '../../errors/provider-error.ts'
import type { Steps } from '../../process/in-turns.ts'
import { parameterNames } from '../../request/parameter-fields.ts'
import { type Field, FieldReader, knownNames } from '../../yaml/field-reader.ts'
import { type Finding, finding, type PlanWarning, type SourcePosition } from '../../yaml/finding.ts'
import { readYaml } from '../../yaml/read-yaml.ts'
import { collectWarnings, type WarningSink } from '../../yaml/warnings.ts'
import type { YamlItem } from '../../yaml/yaml-node.ts'
import { type ExpandKeysEntry, readExpandKeys } from '../fields/expand-keys-entry.ts'
import { type FailoverEntry, readFailover } from '../fields/failover-entry.ts'
import { type FilterEntry, readFilters } from '../fields/filter-entries.ts'
import { type PartEntry, readParts } from '../fields/part-entries.ts'
import { describe, isUnset, readText, readTexts, type StringsOf, stringsOf } from '../fields/read-fields.ts'
import { jmesPathFields, objectFields } from './object-fields.ts'
import { entryLabel, objectLabel } from './object-label.ts'

const objectNames = knownNames(Object.keys(objectFields))
const jmesPathNames = knownNames(Object.keys(jmesPathFields))

/** An entry of an object's jmesPath as written. */
export interface JmesPathEntry extends StringsOf<typeof jmesPathFields> {
  /** Counted from 1. */
  readonly position: number
  readonly at: SourcePosition
}

/** An entry of `objects` as written, its shape checked and nothing else. */
export interface ObjectEntry extends StringsOf<typeof objectFields> {
  /** Counted from 1. */
  readonly position: number
  readonly at: SourcePosition
  readonly jmesPath: readonly JmesPathEntry[]
  readonly expandKeys: ExpandKeysEntry | undefined
  readonly include: readonly Field[]
  readonly exclude: readonly Field[]
  readonly filters: readonly FilterEntry[] | 'malformed'
  readonly failoverObject: FailoverEntry | 'malformed' | undefined
  /** Of an object of type composed; undefined when it has none. */
  readonly parts: readonly PartEntry[] | undefined
  /** The structures of an object of type composed, as written. */
  readonly json: YamlItem | undefined
  readonly yaml: YamlItem | undefined
  /** Of its shape: a string where a list belongs and the like. */
  readonly findings: readonly Finding[]
}

/** The parameter `objects` as written. */
export interface ObjectList {
  readonly entries: readonly ObjectEntry[]
  /** What is wrong with the text as a whole; then there are no entries. */
  readonly findings: readonly Finding[]
  readonly warnings: readonly PlanWarning[]
}

const besideObjects = 'is a parameter of the SecretProviderClass: write it beside "objects: |"'

/** What is often written into an object, and where it belongs. */
const placesOfOthers: ReadonlyMap<string, string> = new Map([
  ...parameterNames.map((name) => [name, besideObjects] as const),
  ['path', 'belongs to an entry of jmesPath'],
])

/** 3,000 were seen to be mounted and rotated by a provider of 100 MiB; their status object in the cluster has 400 KB then. */
export const maxFiles = 4_000
/** Parts of all composed files of a class: each is an object to read. */
const maxParts = 1_000

/** Reads the `objects` parameter: YAML text of a list. Never throws: what is wrong comes as findings. Pauses between its entries. */
export function* readObjectList(text: string): Steps<ObjectList> {
  const root = yield* readYaml(text)
  if ('fault' in root) return unreadable(root)
  const { node, at } = root
  if (node.kind === 'unset') return unreadable(finding(fault('OBJECTS_MISSING', {}), at))
  if (node.kind !== 'list')
    return unreadable(finding(fault('OBJECTS_NOT_A_LIST', { received: describe(node) }), at))
  const files = node.items.reduce((sum, item) => sum + mostFiles(item), 0)
  if (files > maxFiles) return unreadable({ fault: fault('TOO_MANY_FILES', { files, limit: maxFiles }) })
  const parts = node.items.reduce((sum, item) => sum + partsIn(item), 0)
  if (parts > maxParts) return unreadable({ fault: fault('TOO_MANY_PARTS', { parts, limit: maxParts }) })
  const warnings = collectWarnings()
  const entries: ObjectEntry[] = []
  let found = 0
  for (const item of node.items) {
    const entry = yield* readObject(item, entries.length + 1, warnings.warn)
    entries.push(entry)
    found += entry.findings.length
    if (found >= mostFaults) break
  }
  return { entries, findings: [], warnings: warnings.made() }
}

function unreadable(why: Finding): ObjectList {
  return { entries: [], findings: [why], warnings: [] }
}

/** Counted before an entry is looked at, since there may be tens of thousands. */
function mostFiles({ node }: YamlItem): number {
  let extracts = 0
  if (node.kind === 'map') {
    for (const [key, { value }] of node.entries) {
      if (value.node.kind === 'list' && key.toLowerCase() === 'jmespath')
        extracts = Math.max(extracts, value.node.items.length)
    }
  }
  return 1 + extracts
}

/** Of composed files: an alias lets each of them have the same thousands. */
function partsIn({ node }: YamlItem): number {
  let parts = 0
  if (node.kind === 'map') {
    for (const [key, { value }] of node.entries) {
      if (value.node.kind === 'map' && key.toLowerCase() === 'parts')
        parts = Math.max(parts, value.node.entries.size)
    }
  }
  return parts
}

function* readObject(item: YamlItem, position: number, warn: WarningSink): Steps<ObjectEntry> {
  yield
  const { node, at } = item
  const findings: Finding[] = []
  const where = `object ${position}`
  if (node.kind !== 'map') {
    const received = describe(node)
    const wrong =
      node.kind === 'unset'
        ? fault('OBJECT_EMPTY', { where })
        : fault('OBJECT_NOT_A_MAP', { where, received })
    return unreadableEntry(position, at, finding(wrong, at))
  }
  if (node.entries.size === 0) {
    return unreadableEntry(position, at, finding(fault('OBJECT_EMPTY', { where }), at))
  }
  const fields = new FieldReader(node, objectNames, where, warn, placesOfOthers)
  const objectName = readText(fields, objectFields, 'objectName', where, findings)
  const label = objectLabel({ position, objectName })
  return {
    ...stringsOf(objectFields, (name) =>
      name === 'objectName' ? objectName : readText(fields, objectFields, name, label, findings),
    ),
    position,
    at,
    jmesPath: yield* readJmesPath(fields.item('jmesPath'), label, findings, warn),
    include: readTexts(fields, 'include', label, findings),
    exclude: readTexts(fields, 'exclude', label, findings),
    filters: readFilters(fields.item('filters'), label, findings, warn),
    expandKeys: readExpandKeys(fields.item('expandKeys'), label, findings, warn),
    failoverObject: readFailover(fields.item('failoverObject'), label, findings, warn),
    parts: readParts(fields.item('parts'), label, findings, warn),
    json: setItem(fields.item('json')),
    yaml: setItem(fields.item('yaml')),
    findings,
  }
}

function setItem(item: YamlItem | undefined): YamlItem | undefined {
  return item === undefined || item.node.kind === 'unset' ? undefined : item
}

/** Its one finding says it all: no field of it is reported as missing besides. */
function unreadableEntry(position: number, at: SourcePosition, wrong: Finding): ObjectEntry {
  return {
    ...stringsOf(objectFields, () => 'malformed'),
    position,
    at,
    jmesPath: [],
    include: [],
    exclude: [],
    filters: [],
    expandKeys: undefined,
    failoverObject: undefined,
    parts: undefined,
    json: undefined,
    yaml: undefined,
    findings: [wrong],
  }
}

function* readJmesPath(
  item: YamlItem | undefined,
  where: string,
  findings: Finding[],
  warn: WarningSink,
): Steps<JmesPathEntry[]> {
  if (item === undefined || isUnset(item.node)) return []
  const expected = 'a list of entries, each with a path and an objectAlias'
  if (item.node.kind !== 'list') {
    const details = { where, field: 'jmesPath', received: describe(item.node), expected }
    findings.push(finding(fault('FIELD_MALFORMED', details), item.at))
    return []
  }
  const entries: JmesPathEntry[] = []
  for (const [index, { node, at }] of item.node.items.entries()) {
    yield
    const position = index + 1
    if (node.kind !== 'map') {
      const details = { where, field: `jmesPath entry ${position}`, received: describe(node) }
      const wrong = fault('FIELD_MALFORMED', { ...details, expected: 'a path and an objectAlias' })
      findings.push(finding(wrong, at))
      continue
    }
    const label = `${where}, jmesPath entry ${position}`
    const fields = new FieldReader(node, jmesPathNames, label, warn)
    const objectAlias = readText(fields, jmesPathFields, 'objectAlias', label, findings)
    const path = readText(fields, jmesPathFields, 'path', label, findings)
    const named = entryLabel(where, { position, objectAlias, path })
    const strings = stringsOf(jmesPathFields, (name) => {
      if (name === 'objectAlias') return objectAlias
      return name === 'path' ? path : readText(fields, jmesPathFields, name, named, findings)
    })
    entries.push({ ...strings, position, at })
  }
  return entries
}
