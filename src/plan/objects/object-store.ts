import { fault } from '../../errors/provider-error.ts'
import type { Field, FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import { nearestName } from '../../yaml/nearest-name.ts'
import { type Arn, arnStore, isArn, parseArn } from '../arn.ts'
import { setTypes } from '../fields/member-fields.ts'
import type { Store } from '../mount-plan.ts'
import { textOf } from './object-label.ts'

const objectTypes = ['secretsmanager', 'ssmparameter', ...setTypes, 'composed']

/** What an objectName says of itself. */
export interface NameRead {
  /** The ARN, when the name is a whole one of a store that is known. */
  readonly arn?: Arn
  /** The store that the ARN belongs to. */
  readonly store?: Store
}

/**
 * Reads an objectName: when it is an ARN, the ARN must be whole, of one of the two stores, and of the region
 * it will be read from (`region` absent: not looked at).
 */
export function readName(
  name: Field,
  where: string,
  region:
    | { readonly name: string; readonly parameter: 'region' | 'failoverRegion' | 'objectRegion' }
    | undefined,
  findings: Finding[],
): NameRead {
  if (!isArn(name.text)) return {}
  const arn = parseArn(name.text)
  if (arn === undefined) {
    findings.push(finding(fault('ARN_MALFORMED', { where, received: name.text }), name.at))
    return {}
  }
  const store = arnStore(arn.service)
  if (store === undefined) {
    findings.push(finding(fault('ARN_SERVICE_UNSUPPORTED', { where, service: arn.service }), name.at))
    return {}
  }
  if (region !== undefined && arn.region !== region.name) {
    const details = { where, parameter: region.parameter, expected: region.name, received: arn.region }
    findings.push(finding(fault('REGION_MISMATCH', details), name.at))
  }
  return { arn, store }
}

/** Settles the store of an object from its objectType and, without one, from its ARN. */
export function readStore(
  objectType: FieldRead,
  name: Field,
  { arn, store }: NameRead,
  where: string,
  findings: Finding[],
): Store | undefined {
  if (objectType === 'malformed') return store
  const type = textOf(objectType)
  if (objectType === undefined || type === undefined) {
    if (!isArn(name.text)) {
      findings.push(finding(fault('OBJECT_TYPE_MISSING', { where, name: name.text }), name.at))
    }
    return store
  }
  // Objects that stand for many; membersOf looks at the rest.
  if (type === 'ssmparameterpath') return 'ssmparameter'
  if (type === 'secretsmanagerquery') return 'secretsmanager'
  if (type !== 'secretsmanager' && type !== 'ssmparameter') {
    const nearest = nearestName(type, objectTypes)
    const hint = nearest === undefined ? {} : { nearest }
    findings.push(finding(fault('OBJECT_TYPE_UNKNOWN', { where, received: type, ...hint }), objectType.at))
    return store
  }
  if (arn !== undefined && store !== type) {
    const details = { where, objectType: type, service: arn.service }
    findings.push(finding(fault('OBJECT_TYPE_MISMATCH', details), objectType.at))
  }
  return type
}
