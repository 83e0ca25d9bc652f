import { partitionOf } from '../../aws/partition.ts'
import type { ClassDocument } from '../../class-file/class-document.ts'
import type { Warning } from '../../class-file/warning-kinds.ts'
import { textOf } from '../../plan/objects/object-label.ts'
import type { ObjectEntry, ObjectList } from '../../plan/objects/object-list.ts'
import { isRegionName } from '../../request/region-name.ts'
import { isRoleArn } from '../../request/role-arn.ts'
import type { Field } from '../../yaml/field-reader.ts'
import type { SourcePosition } from '../../yaml/finding.ts'

interface Reaching {
  readonly document: ClassDocument
  /** Parameters that are texts. */
  readonly values: ReadonlyMap<string, string>
  readonly list: ObjectList
  readonly inObjects: (at: SourcePosition) => SourcePosition
}

/** Regions and roles that no credentials reach together, and patterns that no name can match. */
export function reachWarnings(checked: Reaching): readonly Warning[] {
  return [
    ...partitions(checked),
    ...checked.list.entries.flatMap((entry) => patterns(entry, checked.inObjects)),
  ]
}

/** Credentials are good in one partition, and roles are assumed in their own. */
function partitions({ document, values, list, inObjects }: Reaching): readonly Warning[] {
  const found: { readonly what: string; readonly partition: string; readonly at: SourcePosition }[] = []
  const positionOf = (parameter: string) =>
    document.parameters.get(parameter)?.at ?? document.parametersPosition
  for (const parameter of ['region', 'failoverRegion']) {
    const region = values.get(parameter) ?? ''
    if (isRegionName(region))
      found.push({ what: parameter, partition: partitionOf(region), at: positionOf(parameter) })
  }
  const role = values.get('assumeRoleArn') ?? ''
  const [, partition = ''] = role.split(':')
  if (isRoleArn(role)) found.push({ what: 'assumeRoleArn', partition, at: positionOf('assumeRoleArn') })
  for (const { position, objectRegion } of list.entries) {
    if (objectRegion === undefined || objectRegion === 'malformed' || !isRegionName(objectRegion.text))
      continue
    const what = `objectRegion of object ${position}`
    found.push({ what, partition: partitionOf(objectRegion.text), at: inObjects(objectRegion.at) })
  }
  const [first, ...others] = found
  return others.flatMap(({ what, partition, at }): Warning[] => {
    if (first === undefined || partition === first.partition) return []
    const message = `${what} is of the partition ${partition}, and ${first.what} of ${first.partition}: no credentials are good in both; name regions and roles of one partition`
    return [{ code: 'PARTITIONS_DIFFER', message, ...at }]
  })
}

/** Patterns are of whole names, and those below a path begin with it. */
function patterns(
  { position, objectType, objectName, include, exclude }: ObjectEntry,
  inObjects: Reaching['inObjects'],
): readonly Warning[] {
  const path = textOf(objectName)
  if (textOf(objectType) !== 'ssmparameterpath' || path === undefined) return []
  const root = path.endsWith('/') ? path : `${path}/`
  const check =
    (field: string) =>
    (pattern: Field): Warning[] => {
      const [start = '', ...more] = pattern.text.split('*')
      if (start.startsWith(root) || (more.length > 0 && root.startsWith(start))) return []
      const whole = JSON.stringify(`${root}${pattern.text.replace(/^\//, '')}`)
      const message = `object ${position}: ${field} has ${JSON.stringify(pattern.text)}, which no name below ${path} can match: a pattern is of the whole name; did you mean ${whole}?`
      return [{ code: 'PATTERN_MATCHES_NOTHING', message, ...inObjects(pattern.at) }]
    }
  return [...include.flatMap(check('include')), ...exclude.flatMap(check('exclude'))]
}
