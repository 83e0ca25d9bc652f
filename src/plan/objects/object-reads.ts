import { fault } from '../../errors/provider-error.ts'
import type { Field, FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import { arnInRegion, isArn } from '../arn.ts'
import type { FailoverEntry } from '../fields/failover-entry.ts'
import { setTypeOf } from '../fields/members.ts'
import type { ObjectRead, Regions, Store } from '../mount-plan.ts'
import { nameSelector, type Selector } from '../parameter-selector.ts'
import { failoverLabel, textOf } from './object-label.ts'
import type { ObjectEntry } from './object-list.ts'
import { type NameRead, readName } from './object-store.ts'

/** An object of which the name is there; `store` is absent when a fault about it was found already. */
export interface NamedObject {
  readonly entry: ObjectEntry
  readonly where: string
  readonly name: Field
  readonly read: NameRead
  readonly store: Store | undefined
}

/** What to ask in each region for an object; undefined where a finding stands in the way. */
export function readsOf(
  object: NamedObject,
  regions: Regions,
  findings: Finding[],
): readonly ObjectRead[] | undefined {
  const { entry, name, where } = object
  const own = checkSelection(entry, name, object.store, where, findings)
  const primary = objectRead(name.text, fieldsOf(entry))
  const [, failoverRegion] = regions
  const { failoverObject } = entry
  if (failoverObject === 'malformed') return undefined
  if (failoverObject !== undefined) {
    const failover = failoverRead(object, failoverObject, own, failoverRegion, findings)
    return failover === undefined ? undefined : [primary, failover]
  }
  if (failoverRegion === undefined) return [primary]
  const { arn, store } = object.read
  if (arn === undefined) return [primary, primary]
  if (store === 'ssmparameter') {
    const missing = fault('FAILOVER_OBJECT_MISSING', { where, region: failoverRegion })
    findings.push(finding(missing, name.at))
    return undefined
  }
  // Secrets Manager names the replica of a secret so.
  return [primary, { ...primary, name: arnInRegion(arn, failoverRegion) }]
}

function failoverRead(
  object: NamedObject,
  failover: FailoverEntry,
  own: Selector,
  region: string | undefined,
  findings: Finding[],
): ObjectRead | undefined {
  const { entry, where: objectWhere, store } = object
  const where = failoverLabel(objectWhere)
  const isSet = setTypeOf(entry) !== undefined
  const isNamed =
    !isSet && (entry.expandKeys === undefined || textOf(entry.expandKeys.mountWhole) !== undefined)
  if (entry.objectAlias === undefined && isNamed) {
    findings.push(finding(fault('FAILOVER_ALIAS_MISSING', { where: objectWhere }), entry.at))
  }
  if (region === undefined) {
    findings.push(finding(fault('FAILOVER_REGION_MISSING', { where: objectWhere }), failover.at))
  }
  const name = failover.objectName
  if (name === 'malformed') return undefined
  if (name === undefined) {
    findings.push(finding(fault('FAILOVER_OBJECT_NAME_MISSING', { where }), failover.at))
    return undefined
  }
  const expected = region === undefined ? undefined : { name: region, parameter: 'failoverRegion' as const }
  const read = readName(name, where, expected, findings)
  if (read.arn !== undefined && store !== undefined && read.store !== store) {
    const details = { where, store, received: read.arn.service }
    findings.push(finding(fault('FAILOVER_STORE_MISMATCH', details), name.at))
    return undefined
  }
  // The object's own missing type was reported with its own name already.
  const isUntyped = entry.objectType === undefined && object.read.arn !== undefined
  if (isUntyped && !isArn(name.text)) {
    findings.push(finding(fault('OBJECT_TYPE_MISSING', { where, name: name.text }), name.at))
  }
  const before = findings.length
  const selection = checkSelection(failover, name, store, where, findings)
  const isKnown = entry.objectVersion !== 'malformed'
  if (isKnown && selection.version !== undefined && selection.version !== own.version) {
    const details = { where, expected: own.version ?? '', received: selection.version }
    findings.push(finding(fault('FAILOVER_VERSION_MISMATCH', details), failover.at))
  }
  if (findings.length > before) return undefined
  const all = { ...own, ...selection }
  const ownIsBoth = own.version !== undefined && own.versionLabel !== undefined
  if (store === 'ssmparameter' && !ownIsBoth && all.version !== undefined && all.versionLabel !== undefined) {
    findings.push(
      finding(
        fault('VERSION_AND_LABEL', { where: `${where} with what it takes over from the object` }),
        failover.at,
      ),
    )
    return undefined
  }
  const inName = store === 'ssmparameter' ? nameSelector(name.text) : {}
  const hasSelector = inName !== 'malformed' && (inName.version ?? inName.versionLabel) !== undefined
  return objectRead(name.text, hasSelector ? {} : all)
}

interface Selectable {
  readonly objectVersion: FieldRead
  readonly objectVersionLabel: FieldRead
}

/** Checks version and label, those in a parameter's name included, and gives what they come to. */
function checkSelection(
  fields: Selectable,
  name: Field,
  store: Store | undefined,
  where: string,
  findings: Finding[],
): Selector {
  const selection = fieldsOf(fields)
  if (store !== 'ssmparameter') return selection
  const { version, versionLabel } = selection
  if (version !== undefined && versionLabel !== undefined) {
    findings.push(finding(fault('VERSION_AND_LABEL', { where }), name.at))
  }
  const inName = nameSelector(name.text)
  if (inName === 'malformed') {
    // An ARN that is not whole was reported as such.
    if (!isArn(name.text) || name.text.split(':').length > 6) {
      findings.push(finding(fault('SELECTOR_MALFORMED', { where, name: name.text }), name.at))
    }
    return selection
  }
  const isSelected = (inName.version ?? inName.versionLabel) !== undefined
  if (isSelected && (version ?? versionLabel) !== undefined) {
    findings.push(finding(fault('SELECTOR_TWICE', { where, name: name.text }), name.at))
  }
  return { ...inName, ...selection }
}

function fieldsOf({ objectVersion, objectVersionLabel }: Selectable): Selector {
  const version = textOf(objectVersion)
  const versionLabel = textOf(objectVersionLabel)
  return {
    ...(version === undefined ? {} : { version }),
    ...(versionLabel === undefined ? {} : { versionLabel }),
  }
}

function objectRead(name: string, selection: Selector): ObjectRead {
  return { name, ...selection }
}
