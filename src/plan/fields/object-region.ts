import { fault } from '../../errors/provider-error.ts'
import { isRegionName } from '../../request/region-name.ts'
import type { Field, FieldRead, FieldReader } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import { isArn } from '../arn.ts'

/**
 * The region that an object names for itself.
 *
 * A provider that does not know the field would read a plain name in the region of the class, and mount what it finds
 * there: so it is taken only beside what such a provider refuses, an ARN of another region or a new objectType.
 */
export function objectRegion(
  read: FieldRead,
  name: Field,
  where: string,
  { isSet, hasFailover, findings }: { isSet: boolean; hasFailover: boolean; findings: Finding[] },
): string | undefined {
  if (read === undefined || read === 'malformed') return undefined
  const region = read.text
  if (!isRegionName(region)) {
    findings.push(finding(fault('OBJECT_REGION_MALFORMED', { where, received: region }), read.at))
    return undefined
  }
  if (!isSet && !isArn(name.text)) {
    findings.push(finding(fault('OBJECT_REGION_NEEDS_ARN', { where, region }), read.at))
    return undefined
  }
  if (hasFailover) findings.push(finding(fault('OBJECT_REGION_WITH_FAILOVER', { where }), read.at))
  return region
}

/** The field that goes to an object alone: beside what has the region of its object it would be ignored, and another one read. */
export const refusedRegion = ['objectRegion']

/** Refuses a region of its own in `inside`, a part of a composed file or a failoverObject. */
export function refuseRegion(fields: FieldReader, where: string, inside: string, findings: Finding[]): void {
  const item = fields.item('objectRegion')
  if (item === undefined) return
  const details = { where, first: inside, second: 'objectRegion' }
  findings.push(finding(fault('FIELDS_EXCLUDE', details), item.at))
}
