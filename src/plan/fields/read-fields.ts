import { quote } from '../../errors/kind.ts'
import { fault } from '../../errors/provider-error.ts'
import { unrendered } from '../../errors/unrendered.ts'
import type { Field, FieldRead, FieldReader } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import type { YamlNode } from '../../yaml/yaml-node.ts'
import type { FieldTable, StringField } from './field-definition.ts'

/** The fields of a table that are strings, as read. */
export type StringsOf<Table extends FieldTable> = {
  readonly [Name in StringField<Table>]: FieldRead
}

/** Reads all fields of a table that are strings. */
export function stringsOf<Table extends FieldTable>(
  table: Table,
  read: (name: StringField<Table>) => FieldRead,
): StringsOf<Table> {
  const strings: Record<string, FieldRead> = {}
  for (const name in table)
    if (table[name]?.kind === 'string') strings[name] = read(name as unknown as StringField<Table>)
  return strings as StringsOf<Table>
}

/** Reads a string; a finding says when a list or a map stands in its place, or when it is longer than its table has it. */
export function readText(
  fields: FieldReader,
  table: FieldTable,
  field: string,
  where: string,
  findings: Finding[],
): FieldRead {
  const item = fields.item(field)
  if (item === undefined || item.node.kind === 'unset') return undefined
  if (item.node.kind === 'text') {
    const { text } = item.node
    const limit = table[field]?.longest ?? Number.POSITIVE_INFINITY
    if (text.length <= limit) return text === '' ? undefined : { text, at: item.at }
    findings.push(finding(fault('FIELD_TOO_LONG', { where, field, length: text.length, limit }), item.at))
    return 'malformed'
  }
  const details = { where, field, received: describe(item.node), expected: 'a string' }
  findings.push(finding(fault('FIELD_MALFORMED', details), item.at))
  return 'malformed'
}

/** To YAML a `!` before a word begins a tag, which would be dropped: what it negates would be asked for. */
const inQuotes = 'what begins with ! in quotes: "!draft"'

/** Reads a list of strings, or one string alone. What is unset in it is left out. */
export function readTexts(
  fields: FieldReader,
  field: string,
  where: string,
  findings: Finding[],
): readonly Field[] {
  const item = fields.item(field)
  if (item === undefined) return []
  const items = item.node.kind === 'list' ? item.node.items : [item]
  return items.flatMap(({ node, at }): Field[] => {
    if ((node.kind === 'unset' || node.kind === 'text') && node.tag !== undefined) {
      const details = { where, field, received: `a tag of YAML, ${quote(node.tag)}`, expected: inQuotes }
      findings.push(finding(fault('FIELD_MALFORMED', details), at))
      return [{ text: node.tag, at }]
    }
    if (node.kind === 'unset') return []
    if (node.kind === 'text') return node.text === '' ? [] : [{ text: node.text, at }]
    const details = { where, field, received: describe(node), expected: 'a string, or a list of strings' }
    findings.push(finding(fault('FIELD_MALFORMED', details), at))
    return []
  })
}

/** Nothing, or what templates leave of nothing. */
export function isUnset(node: YamlNode): boolean {
  return (
    node.kind === 'unset' ||
    (node.kind === 'text' && node.text === '') ||
    (node.kind === 'map' && node.entries.size === 0)
  )
}

/** What a node is, for "… is a list". */
export function describe(node: YamlNode): string {
  if (isTemplate(node)) return unrendered
  const words = { unset: 'empty', text: 'a string', list: 'a list', map: 'a map' }
  return words[node.kind]
}

/** To YAML, `{{ .Values.name }}` is a map whose only key is a map. */
function isTemplate(node: YamlNode): boolean {
  return node.kind === 'map' && node.entries.size === 0 && node.warnings.length > 0
}
