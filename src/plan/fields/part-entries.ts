import { fault, mostFaults } from '../../errors/provider-error.ts'
import { FieldReader, knownNames } from '../../yaml/field-reader.ts'
import { type Finding, finding, type SourcePosition } from '../../yaml/finding.ts'
import type { WarningSink } from '../../yaml/warnings.ts'
import type { YamlItem } from '../../yaml/yaml-node.ts'
import { type FailoverEntry, readFailover } from './failover-entry.ts'
import { partFields } from './nested-fields.ts'
import { refusedRegion, refuseRegion } from './object-region.ts'
import { describe, readText, type StringsOf, stringsOf } from './read-fields.ts'

const partNames = knownNames(Object.keys(partFields), refusedRegion)

/** A part of a composed file, as written. */
export interface PartEntry extends StringsOf<typeof partFields> {
  /** That placeholders call it by. */
  readonly name: string
  readonly at: SourcePosition
  readonly failoverObject: FailoverEntry | 'malformed' | undefined
}

/** Reads the parts of a composed file: a map of names to what is read under them. */
export function readParts(
  item: YamlItem | undefined,
  where: string,
  findings: Finding[],
  warn: WarningSink,
): readonly PartEntry[] | undefined {
  if (item === undefined || item.node.kind === 'unset') return undefined
  const { node } = item
  const malformed = (field: string, received: string, expected: string, at: SourcePosition) => {
    findings.push(finding(fault('FIELD_MALFORMED', { where, field, received, expected }), at))
  }
  if (node.kind !== 'map') {
    malformed('parts', describe(node), 'a map of names to objects', item.at)
    return undefined
  }
  return Array.from(node.entries).flatMap(([name, { at, value }]): PartEntry[] => {
    if (findings.length >= mostFaults) return []
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) {
      malformed(
        'parts',
        `a name ${JSON.stringify(name.slice(0, 100))}`,
        'names of letters, digits, _ and -',
        at,
      )
      return []
    }
    if (value.node.kind !== 'map') {
      malformed(`part ${name}`, describe(value.node), 'an objectName and its objectType', value.at)
      return []
    }
    const label = `${where}, part ${name}`
    const fields = new FieldReader(value.node, partNames, label, warn)
    refuseRegion(fields, label, 'objectType composed', findings)
    const strings = stringsOf(partFields, (field) => readText(fields, partFields, field, label, findings))
    const failoverObject = readFailover(fields.item('failoverObject'), label, findings, warn)
    return [{ ...strings, name, at: value.at, failoverObject }]
  })
}
