import { quote } from '../../errors/kind.ts'
import { fault, mostFaults } from '../../errors/provider-error.ts'
import type { CheckExtract } from '../../jmespath/check-extract.ts'
import type { Field } from '../../yaml/field-reader.ts'
import { type Finding, finding, type SourcePosition } from '../../yaml/finding.ts'
import { positionOf } from '../fields/field-position.ts'
import { booleanOf } from '../fields/field-values.ts'
import { setTypeOf } from '../fields/members.ts'
import type { PartEntry } from '../fields/part-entries.ts'
import type { ComposedContent, ComposedPart, PlannedObject, Regions } from '../mount-plan.ts'
import { objectFields } from '../objects/object-fields.ts'
import { textOf } from '../objects/object-label.ts'
import type { ObjectEntry } from '../objects/object-list.ts'
import { readsOf } from '../objects/object-reads.ts'
import { readName, readStore } from '../objects/object-store.ts'
import { readStructure } from './structure.ts'
import { maxTemplateFaults, type TemplateFault } from './template.ts'
import type { KnownTemplates, Templates } from './templates.ts'

/** A composed file without its place in the volume. */
export interface Composition {
  /** One for each part: what is read, without a file of its own. */
  readonly objects: readonly PlannedObject[]
  readonly parts: readonly ComposedPart[]
  readonly content: ComposedContent
}

/** What sentences call an object of type composed. */
export function composedLabel({ objectAlias, position }: ObjectEntry): string {
  const alias = textOf(objectAlias)
  return alias === undefined ? `object ${position}` : `composed file ${quote(alias)}`
}

/** Checks an object of type composed; undefined where a finding stands in the way. */
export function checkComposition(
  entry: ObjectEntry,
  regions: Regions,
  { checkExtract, templates }: { readonly checkExtract: CheckExtract; readonly templates: Templates },
  findings: Finding[],
): Composition | undefined {
  const where = composedLabel(entry)
  for (const field of foreignFields(entry)) {
    const details = { where, first: 'objectType composed', second: field }
    findings.push(finding(fault('FIELDS_EXCLUDE', details), positionOf(entry[field]) ?? entry.at))
  }
  const { parts = [] } = entry
  const missing = [
    ...(entry.objectAlias === undefined ? ['objectAlias'] : []),
    ...(parts.length === 0 ? ['parts'] : []),
  ]
  for (const needs of missing) {
    const details = { where, field: 'objectType composed', needs }
    findings.push(finding(fault('FIELD_NEEDS_FIELD', details), positionOf(entry.objectType) ?? entry.at))
  }
  const content = contentOf(entry, templates(parts.map(({ name }) => name)), where, findings)
  const checked = parts.flatMap((part) =>
    findings.length >= mostFaults
      ? []
      : checkPart(part, entry, regions, `${where}, part ${part.name}`, checkExtract, findings),
  )
  if (content === undefined || findings.length > 0) return undefined
  return { objects: checked.map(({ object }) => object), parts: checked.map(({ part }) => part), content }
}

/** Fields that mean something for what is read under its own name alone. */
function foreignFields(entry: ObjectEntry): readonly (keyof typeof objectFields)[] {
  const own = new Set([
    ...['objectType', 'objectAlias', 'parts', 'text', 'json', 'yaml'],
    ...['filePermission', 'fileOwner', 'fileGroup'],
  ])
  return (Object.keys(objectFields) as (keyof typeof objectFields)[]).filter((name) => {
    if (own.has(name)) return false
    const value = entry[name]
    return Array.isArray(value) ? value.length > 0 : value !== undefined
  })
}

function contentOf(
  entry: ObjectEntry,
  templates: KnownTemplates,
  where: string,
  findings: Finding[],
): ComposedContent | undefined {
  const text = entry.text === 'malformed' ? undefined : entry.text
  const [first, second] = Object.entries({ text, json: entry.json, yaml: entry.yaml }).filter(
    ([, value]) => value !== undefined,
  )
  if (first === undefined) {
    const details = { where, field: 'objectType composed', needs: 'text, json or yaml' }
    findings.push(finding(fault('FIELD_NEEDS_FIELD', details), positionOf(entry.objectType) ?? entry.at))
    return undefined
  }
  if (second !== undefined) {
    const details = { where, first: first[0], second: second[0] }
    findings.push(finding(fault('FIELDS_EXCLUDE', details), positionOf(second[1]) ?? entry.at))
    return undefined
  }
  let told = 0
  const onFault = (field: string) => (found: TemplateFault, at: SourcePosition) => {
    if (told === maxTemplateFaults) return
    told += 1
    findings.push(finding(fault('TEMPLATE_INVALID', { where, field, ...found }), at))
  }
  if (text !== undefined) return textContent(text, templates, onFault('text'))
  const [item, kind] =
    entry.json === undefined ? [entry.yaml, 'yaml' as const] : [entry.json, 'json' as const]
  return item === undefined ? undefined : { kind, structure: readStructure(item, templates, onFault(kind)) }
}

function textContent(
  { text, at }: Field,
  templates: KnownTemplates,
  onFault: (found: TemplateFault, at: SourcePosition) => void,
): ComposedContent | undefined {
  const read = templates.read(text)
  if ('template' in read) return { kind: 'text', template: read.template }
  for (const each of read.faults) onFault(each, at)
  return undefined
}

function checkPart(
  part: PartEntry,
  entry: ObjectEntry,
  regions: Regions,
  where: string,
  checkExtract: CheckExtract,
  findings: Finding[],
): readonly { readonly object: PlannedObject; readonly part: ComposedPart }[] {
  const name = part.objectName
  if (name === undefined) findings.push(finding(fault('OBJECT_NAME_MISSING', { where }), part.at))
  if (name === undefined || name === 'malformed') return []
  const read = readName(name, where, { name: regions[0], parameter: 'region' }, findings)
  const type = part.objectType
  if (type !== undefined && type !== 'malformed' && setTypeOf(part) !== undefined) {
    // It stands for many values, and a part is one.
    findings.push(finding(fault('OBJECT_TYPE_UNKNOWN', { where, received: type.text }), type.at))
    return []
  }
  const store = readStore(type, name, read, where, findings)
  // Its file has a name already, the composed one's.
  const own = {
    ...entry,
    ...part,
    objectAlias: { text: part.name, at: part.at },
    expandKeys: undefined,
    jmesPath: [],
  }
  const reads = readsOf({ entry: own, where, name, read, store }, regions, findings)
  const optional = booleanOf(part.optional, { where, field: 'optional' }, findings)
  const expression = textOf(part.jmesPath)
  if (part.jmesPath !== undefined && part.jmesPath !== 'malformed') {
    // Lists and maps can be parts as well.
    const file = textOf(entry.objectAlias)
    const about = { object: name.text, expression: part.jmesPath.text, file, part: part.name }
    const wrong = checkExtract(about, true)
    if (wrong !== undefined) findings.push(finding(wrong, part.jmesPath.at))
  }
  if (store === undefined || reads === undefined) return []
  const isOptional = optional === true ? { optional } : {}
  return [
    {
      object: { name: name.text, store, reads, extracts: [], ...isOptional },
      part: { name: part.name, ...(expression === undefined ? {} : { expression }), ...isOptional },
    },
  ]
}
