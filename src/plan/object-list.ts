import { fault } from '../errors/provider-error.ts'
import { type Field, FieldReader, type WarningSink } from '../yaml/field-reader.ts'
import { type Finding, finding, type SourcePosition } from '../yaml/finding.ts'
import { readYaml, type YamlItem, type YamlNode } from '../yaml/read-yaml.ts'
import type { PlanWarning } from './mount-plan.ts'
import { entryLabel, failoverLabel, objectLabel } from './object-label.ts'

/** A field's text and place; undefined when unset or empty; 'malformed' when a fault was found already. */
export type FieldRead = Field | 'malformed' | undefined

export interface JmesPathEntry {
  /** Counted from 1. */
  readonly position: number
  readonly at: SourcePosition
  readonly path: FieldRead
  readonly objectAlias: FieldRead
  readonly filePermission: FieldRead
}

export interface FailoverEntry {
  readonly at: SourcePosition
  readonly objectName: FieldRead
  readonly objectVersion: FieldRead
  readonly objectVersionLabel: FieldRead
}

/** An entry of `objects` as written, its shape checked and nothing else. */
export interface ObjectEntry {
  /** Counted from 1. */
  readonly position: number
  readonly at: SourcePosition
  readonly objectName: FieldRead
  readonly objectType: FieldRead
  readonly objectAlias: FieldRead
  readonly objectVersion: FieldRead
  readonly objectVersionLabel: FieldRead
  readonly filePermission: FieldRead
  readonly jmesPath: readonly JmesPathEntry[]
  readonly failoverObject: FailoverEntry | 'malformed' | undefined
  /** Of its shape: text where a list belongs and the like. */
  readonly findings: readonly Finding[]
}

export interface ObjectList {
  readonly entries: readonly ObjectEntry[]
  /** What is wrong with the text as a whole; then there are no entries. */
  readonly findings: readonly Finding[]
  readonly warnings: readonly PlanWarning[]
}

const jmesPathFields = ['path', 'objectAlias', 'filePermission'] as const
const failoverFields = ['objectName', 'objectVersion', 'objectVersionLabel'] as const
const objectFields = [
  'objectName',
  'objectType',
  'objectAlias',
  'objectVersion',
  'objectVersionLabel',
  'filePermission',
  'jmesPath',
  'failoverObject',
] as const

const maxWarnings = 100

/** Reads the `objects` parameter: YAML text of a list. Never throws: what is wrong comes as findings. */
export function readObjectList(text: string): ObjectList {
  const root = readYaml(text)
  if ('fault' in root) return { entries: [], findings: [root], warnings: [] }
  const { node, at } = root
  if (node.kind === 'unset' || (node.kind === 'list' && node.items.length === 0)) {
    return { entries: [], findings: [finding(fault('OBJECTS_MISSING', {}), at)], warnings: [] }
  }
  if (node.kind !== 'list') {
    const received = describe(node)
    return {
      entries: [],
      findings: [finding(fault('OBJECTS_NOT_A_LIST', { received }), at)],
      warnings: [],
    }
  }
  const warnings = new Map<string, PlanWarning>()
  const warn = (warning: PlanWarning) => {
    // What is shared by an alias is warned of once.
    if (warnings.size < maxWarnings) warnings.set(`${warning.line}:${warning.column}`, warning)
  }
  const entries = node.items.map((item, index) => readObject(item, index + 1, warn))
  return { entries, findings: [], warnings: Array.from(warnings.values()) }
}

function readObject(item: YamlItem, position: number, warn: WarningSink): ObjectEntry {
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
  const fields = new FieldReader(node, objectFields, where, warn)
  const objectName = readText(fields, 'objectName', where, findings)
  const label = objectLabel({ position, objectName })
  const text = (field: (typeof objectFields)[number]) => readText(fields, field, label, findings)
  return {
    position,
    at,
    objectName,
    objectType: text('objectType'),
    objectAlias: text('objectAlias'),
    objectVersion: text('objectVersion'),
    objectVersionLabel: text('objectVersionLabel'),
    filePermission: text('filePermission'),
    jmesPath: readJmesPath(fields.item('jmesPath'), label, findings, warn),
    failoverObject: readFailover(fields.item('failoverObject'), label, findings, warn),
    findings,
  }
}

/** Its one finding says it all: no field of it is reported as missing besides. */
function unreadableEntry(position: number, at: SourcePosition, wrong: Finding): ObjectEntry {
  return {
    position,
    at,
    objectName: 'malformed',
    objectType: 'malformed',
    objectAlias: 'malformed',
    objectVersion: 'malformed',
    objectVersionLabel: 'malformed',
    filePermission: 'malformed',
    jmesPath: [],
    failoverObject: undefined,
    findings: [wrong],
  }
}

function readText(fields: FieldReader, field: string, where: string, findings: Finding[]): FieldRead {
  const item = fields.item(field)
  if (item === undefined || item.node.kind === 'unset') return undefined
  if (item.node.kind === 'text') {
    return item.node.text === '' ? undefined : { text: item.node.text, at: item.at }
  }
  const details = { where, field, received: describe(item.node), expected: 'a text' }
  findings.push(finding(fault('FIELD_MALFORMED', details), item.at))
  return 'malformed'
}

function readJmesPath(
  item: YamlItem | undefined,
  where: string,
  findings: Finding[],
  warn: WarningSink,
): JmesPathEntry[] {
  if (item === undefined || item.node.kind === 'unset') return []
  const expected = 'a list of entries, each with a path and an objectAlias'
  if (item.node.kind !== 'list') {
    const details = { where, field: 'jmesPath', received: describe(item.node), expected }
    findings.push(finding(fault('FIELD_MALFORMED', details), item.at))
    return []
  }
  return item.node.items.flatMap(({ node, at }, index) => {
    const position = index + 1
    if (node.kind !== 'map') {
      const details = { where, field: `jmesPath entry ${position}`, received: describe(node) }
      const wrong = fault('FIELD_MALFORMED', { ...details, expected: 'a path and an objectAlias' })
      findings.push(finding(wrong, at))
      return []
    }
    const label = `${where}, jmesPath entry ${position}`
    const fields = new FieldReader(node, jmesPathFields, label, warn)
    const text = (field: (typeof jmesPathFields)[number], name: string) =>
      readText(fields, field, name, findings)
    const objectAlias = text('objectAlias', label)
    const path = text('path', label)
    const filePermission = text('filePermission', entryLabel(where, { position, objectAlias, path }))
    return [{ position, at, path, objectAlias, filePermission }]
  })
}

/** The documentation shows a failoverObject as a map and as a list of one. */
function readFailover(
  item: YamlItem | undefined,
  where: string,
  findings: Finding[],
  warn: WarningSink,
): FailoverEntry | 'malformed' | undefined {
  if (item === undefined || item.node.kind === 'unset') return undefined
  let node: YamlNode = item.node
  let at = item.at
  if (node.kind === 'list') {
    const [only, ...more] = node.items
    if (only === undefined || more.length > 0) {
      const count = node.items.length
      findings.push(finding(fault('FAILOVER_OBJECT_COUNT', { where, count }), at))
      return 'malformed'
    }
    node = only.node
    at = only.at
  }
  if (node.kind !== 'map') {
    const details = { where, field: 'failoverObject', received: describe(node), expected: 'its objectName' }
    findings.push(finding(fault('FIELD_MALFORMED', details), at))
    return 'malformed'
  }
  const label = failoverLabel(where)
  const fields = new FieldReader(node, failoverFields, label, warn)
  const text = (field: (typeof failoverFields)[number]) => readText(fields, field, label, findings)
  return {
    at,
    objectName: text('objectName'),
    objectVersion: text('objectVersion'),
    objectVersionLabel: text('objectVersionLabel'),
  }
}

function describe(node: YamlNode): string {
  const words = { unset: 'empty', text: 'a text', list: 'a list', map: 'a map' }
  return words[node.kind]
}
