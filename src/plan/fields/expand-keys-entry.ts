import { fault } from '../../errors/provider-error.ts'
import { parseGoBoolean } from '../../go-syntax/boolean.ts'
import { type Field, FieldReader, knownNames } from '../../yaml/field-reader.ts'
import { type Finding, finding, type SourcePosition } from '../../yaml/finding.ts'
import type { WarningSink } from '../../yaml/warnings.ts'
import type { YamlItem } from '../../yaml/yaml-node.ts'
import { expandKeysFields } from './nested-fields.ts'
import { describe, readText, readTexts, type StringsOf, stringsOf } from './read-fields.ts'

const expandKeysNames = knownNames(Object.keys(expandKeysFields))

/** An expandKeys that is not false, as written. */
export interface ExpandKeysEntry extends StringsOf<typeof expandKeysFields> {
  readonly at: SourcePosition
  readonly include: readonly Field[]
  readonly exclude: readonly Field[]
}

/** Reads an expandKeys: `true`, or a map of what each name and value shall be. */
export function readExpandKeys(
  item: YamlItem | undefined,
  where: string,
  findings: Finding[],
  warn: WarningSink,
): ExpandKeysEntry | undefined {
  if (item === undefined || item.node.kind === 'unset') return undefined
  const { node, at } = item
  if (node.kind === 'text' && parseGoBoolean(node.text) !== undefined) {
    const unset = stringsOf(expandKeysFields, () => undefined)
    return parseGoBoolean(node.text) === true ? { ...unset, at, include: [], exclude: [] } : undefined
  }
  if (node.kind !== 'map') {
    const expected = `true, or a map of ${expandKeysNames.names.join(', ')}`
    const details = { where, field: 'expandKeys', received: describe(node), expected }
    findings.push(finding(fault('FIELD_MALFORMED', details), at))
    return undefined
  }
  const label = `${where}, expandKeys`
  const fields = new FieldReader(node, expandKeysNames, label, warn)
  return {
    ...stringsOf(expandKeysFields, (name) => readText(fields, expandKeysFields, name, label, findings)),
    at,
    include: readTexts(fields, 'include', label, findings),
    exclude: readTexts(fields, 'exclude', label, findings),
  }
}
