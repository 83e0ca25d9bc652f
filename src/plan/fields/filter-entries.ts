import { fault } from '../../errors/provider-error.ts'
import { type Field, type FieldRead, FieldReader, knownNames } from '../../yaml/field-reader.ts'
import { type Finding, finding, type SourcePosition } from '../../yaml/finding.ts'
import type { WarningSink } from '../../yaml/warnings.ts'
import type { YamlItem } from '../../yaml/yaml-node.ts'
import { filterFields } from './nested-fields.ts'
import { describe, isUnset, readText, readTexts } from './read-fields.ts'

const filterNames = knownNames(Object.keys(filterFields))

/** Source: Secrets Manager API reference, BatchGetSecretValue. */
const mostFilters = 10

/** A filter of a query, as written. */
export interface FilterEntry {
  /** Counted from 1. */
  readonly position: number
  readonly at: SourcePosition
  readonly key: FieldRead
  readonly values: readonly Field[]
}

/** Reads the filters of a query: a list of maps, each with a key and its values. */
export function readFilters(
  item: YamlItem | undefined,
  where: string,
  findings: Finding[],
  warn: WarningSink,
): readonly FilterEntry[] | 'malformed' {
  if (item === undefined || isUnset(item.node)) return []
  const malformed = (field: string, received: string, expected: string, at: SourcePosition) =>
    findings.push(finding(fault('FIELD_MALFORMED', { where, field, received, expected }), at))
  if (item.node.kind !== 'list') {
    malformed('filters', describe(item.node), 'a list of filters, each with a key and its values', item.at)
    return 'malformed'
  }
  const { length } = item.node.items
  if (length > mostFilters) {
    const reason = `there are ${length} filters, and AWS takes ${mostFilters} at most`
    findings.push(finding(fault('FILTER_INVALID', { where, reason }), item.node.items[0]?.at ?? item.at))
    return 'malformed'
  }
  const before = findings.length
  const entries = item.node.items.flatMap(({ node, at }, index): FilterEntry[] => {
    const position = index + 1
    if (node.kind !== 'map') {
      malformed(`filter ${position}`, describe(node), 'a key and its values', at)
      return []
    }
    const label = `${where}, filter ${position}`
    const fields = new FieldReader(node, filterNames, label, warn)
    const key = readText(fields, filterFields, 'key', label, findings)
    return [{ position, at, key, values: readTexts(fields, 'values', label, findings) }]
  })
  return entries.length === 0 && findings.length > before ? 'malformed' : entries
}
