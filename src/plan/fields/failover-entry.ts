import { fault } from '../../errors/provider-error.ts'
import { FieldReader, knownNames } from '../../yaml/field-reader.ts'
import { type Finding, finding, type SourcePosition } from '../../yaml/finding.ts'
import type { WarningSink } from '../../yaml/warnings.ts'
import type { YamlItem, YamlNode } from '../../yaml/yaml-node.ts'
import { failoverLabel } from '../objects/object-label.ts'
import { failoverFields } from './nested-fields.ts'
import { refusedRegion, refuseRegion } from './object-region.ts'
import { describe, isUnset, readText, type StringsOf, stringsOf } from './read-fields.ts'

const failoverNames = knownNames(Object.keys(failoverFields), refusedRegion)

/** A failoverObject as written. */
export interface FailoverEntry extends StringsOf<typeof failoverFields> {
  readonly at: SourcePosition
}

/** The documentation shows a failoverObject as a map and as a list of one. */
export function readFailover(
  item: YamlItem | undefined,
  where: string,
  findings: Finding[],
  warn: WarningSink,
): FailoverEntry | 'malformed' | undefined {
  if (item === undefined || isUnset(item.node)) return undefined
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
  const fields = new FieldReader(node, failoverNames, label, warn)
  refuseRegion(fields, label, 'failoverObject', findings)
  return {
    ...stringsOf(failoverFields, (name) => readText(fields, failoverFields, name, label, findings)),
    at,
  }
}
