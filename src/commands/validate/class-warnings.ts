import type { ClassDocument } from '../../class-file/class-document.ts'
import { knownRegions } from '../../class-file/known-regions.ts'
import { classGroup, classKind } from '../../class-file/read-class-file.ts'
import type { SyncDocument } from '../../class-file/sync-document.ts'
import type { Warning, WarningCode } from '../../class-file/warning-kinds.ts'
import type { PlannedComposition, PlannedObject } from '../../plan/mount-plan.ts'
import { textOf } from '../../plan/objects/object-label.ts'
import type { ObjectList } from '../../plan/objects/object-list.ts'
import { filePath, readPathTranslation } from '../../plan/paths/file-name.ts'
import type { AssumedRegions } from '../../plan/regions.ts'
import { parameterNames } from '../../request/parameter-fields.ts'
import { isRegionName } from '../../request/region-name.ts'
import type { SourcePosition } from '../../yaml/finding.ts'
import { nearestName } from '../../yaml/nearest-name.ts'
import { accountWarnings } from './account-warnings.ts'
import { fileNames } from './file-names.ts'
import { nameWarnings } from './name-warnings.ts'
import { reachWarnings } from './reach-warnings.ts'
import { sizeWarnings } from './size-warnings.ts'
import { syncWarnings } from './sync-warnings.ts'

/** A class as far as it could be read, for its warnings. */
export interface CheckedClass {
  readonly document: ClassDocument
  /** Its parameters that are texts. */
  readonly values: ReadonlyMap<string, string>
  readonly list: ObjectList
  /** Absent when an error stands in the way. */
  readonly planned: readonly PlannedObject[] | undefined
  readonly compositions: readonly PlannedComposition[]
  /** Those of the same file that name this class. */
  readonly syncs: readonly SyncDocument[]
  readonly regions: AssumedRegions
  readonly inObjects: (at: SourcePosition) => SourcePosition
}

/** What fails no mount, but is probably not what somebody meant. */
export function classWarnings(checked: CheckedClass): readonly Warning[] {
  return [
    ...kind(checked),
    ...apiVersion(checked),
    ...provider(checked),
    ...parameters(checked),
    ...regions(checked),
    ...folded(checked),
    ...nameWarnings(checked.list, checked.inObjects),
    ...accountWarnings(checked),
    ...reachWarnings(checked),
    ...hidingAliases(checked),
    ...secretFiles(checked),
    ...sizeWarnings(checked),
    ...syncWarnings(checked.syncs, {
      values: checked.values,
      files: fileNames(checked.planned, checked.compositions),
    }),
  ]
}

function apiVersion({
  document: {
    apiVersion: { text, at },
  },
}: CheckedClass): Warning[] {
  if (text === `${classGroup}/v1`) return []
  if (text === `${classGroup}/v1alpha1`) {
    return [
      warning('API_VERSION_DEPRECATED', `apiVersion v1alpha1 is deprecated: write ${classGroup}/v1`, at),
    ]
  }
  const received = text === '' ? 'missing' : JSON.stringify(text.slice(0, 100))
  const found = warning('API_VERSION_UNKNOWN', `apiVersion is ${received}: write ${classGroup}/v1`, at)
  // Another version of the group is one that a later driver may bring.
  return [text.startsWith(`${classGroup}/`) ? { ...found, severity: 'warning' } : found]
}

function kind({
  document: {
    kind: { text, at },
  },
}: CheckedClass): Warning[] {
  if (text === classKind) return []
  const message = `kind is ${JSON.stringify(text.slice(0, 100))}, which Kubernetes does not know: write ${classKind}`
  return [warning('KIND_MISSPELT', message, at)]
}

function provider({
  document: {
    provider: { text, at },
  },
}: CheckedClass): Warning[] {
  if (text === 'aws' || text === '') return []
  const message = `spec.provider is ${JSON.stringify(text.slice(0, 100))}; did you mean "aws"? The driver looks for a provider of exactly that name`
  return [warning('PROVIDER_MISSPELT', message, at)]
}

function folded({ document }: CheckedClass): Warning[] {
  if (document.parameters.get('objects')?.folded !== true) return []
  const message = 'objects is written with ">", which joins its lines: write "objects: |", which keeps them'
  return [warning('OBJECTS_FOLDED', message, parameterPosition(document, 'objects'))]
}

function parameters({ document, values }: CheckedClass): Warning[] {
  const found: Warning[] = []
  for (const [key, { keyPosition }] of document.parameters) {
    // One that is nearly known is an error, and so is what looks like a role to assume.
    if (parameterNames.includes(key) || /^assumerole/i.test(key)) continue
    if (nearestName(key, parameterNames, 2) !== undefined) continue
    const nearest = nearestName(key, parameterNames)
    const advice =
      nearest === undefined ? `known ones are ${parameterNames.join(', ')}` : `did you mean ${nearest}?`
    const name = JSON.stringify(key.slice(0, 100))
    found.push(
      warning('PARAMETER_UNKNOWN', `parameter ${name} is unknown and ignored; ${advice}`, keyPosition),
    )
  }
  const addressType = values.get('preferredAddressType') || 'auto'
  if (!['ipv4', 'ipv6', 'auto'].includes(addressType.toLowerCase())) {
    const received = JSON.stringify(addressType.slice(0, 100))
    const message = `parameter preferredAddressType is ${received}, which counts as auto: write ipv4, ipv6 or auto`
    found.push(warning('ADDRESS_TYPE_UNKNOWN', message, parameterPosition(document, 'preferredAddressType')))
  }
  return found
}

function regions({
  document,
  values,
  list,
  inObjects,
  regions: {
    assumed,
    regions: [primary],
  },
}: CheckedClass): Warning[] {
  const found: Warning[] = []
  const look = (what: string, region: string, at: SourcePosition) => {
    if (!isRegionName(region) || knownRegions.includes(region)) return
    const nearest = nearestName(region, knownRegions, 2)
    const advice = nearest === undefined ? '' : `; did you mean ${nearest}?`
    const message = `${what} is ${region}, which is not a region that this release knows${advice}`
    found.push(warning('REGION_UNKNOWN', message, at))
  }
  for (const parameter of ['region', 'failoverRegion']) {
    const at = document.parameters.get(parameter)?.at ?? document.parametersPosition
    look(`parameter ${parameter}`, values.get(parameter) ?? '', at)
  }
  for (const { position, objectRegion } of list.entries) {
    if (objectRegion !== undefined && objectRegion !== 'malformed')
      look(`objectRegion of object ${position}`, objectRegion.text, inObjects(objectRegion.at))
  }
  if ((values.get('failoverRegion') ?? '') !== '' && (values.get('region') ?? '') === '') {
    const message =
      'failoverRegion is set without region: the primary region is then that of the node, and on nodes of the failover region the mount fails; set region as well'
    found.push(warning('FAILOVER_WITHOUT_REGION', message, parameterPosition(document, 'failoverRegion')))
  }
  if (assumed) {
    const message = `the region is not known here, so ${primary} of the first ARN is assumed: use --region to check against that of the nodes`
    found.push(warning('REGION_ASSUMED', message, parameterPosition(document, 'objects')))
  }
  return found
}

/** `db` under alias `x` beside `other` under alias `db`: the file db is not the secret db. */
function hidingAliases({ list, values, inObjects }: CheckedClass): Warning[] {
  const translation = readPathTranslation(values.get('pathTranslation') || undefined)
  if (translation === undefined) return []
  const aliased = new Map<string, number>()
  for (const { position, objectName, objectAlias } of list.entries) {
    const name = textOf(objectName)
    if (name === undefined || textOf(objectAlias) === undefined) continue
    const path = filePath(name, translation)
    if (!aliased.has(path)) aliased.set(path, position)
  }
  return list.entries.flatMap(({ position, objectName, objectAlias }): Warning[] => {
    const alias = textOf(objectAlias)
    if (alias === undefined || objectAlias === undefined || objectAlias === 'malformed') return []
    const path = filePath(alias, translation)
    const other = aliased.get(path)
    const isOwn = textOf(objectName) !== undefined && filePath(textOf(objectName) ?? '', translation) === path
    if (other === undefined || other === position || isOwn) return []
    const message = `object ${position}: its objectAlias ${JSON.stringify(alias.slice(0, 200))} is the objectName of object ${other}, which is mounted under another name: the file will not hold what its name says`
    return [warning('ALIAS_HIDES_NAME', message, inObjects(objectAlias.at))]
  })
}

function secretFiles(checked: CheckedClass): Warning[] {
  const { document, planned = [] } = checked
  const files = fileNames(checked.planned, checked.compositions)
  if (files === undefined) return []
  const fileOf = new Map(
    planned.flatMap(({ name, file }) => (file === undefined ? [] : [[name, file.path] as const])),
  )
  const known = new Set(files)
  return document.secretFiles.flatMap(({ objectName, at }): Warning[] => {
    if (known.has(objectName)) return []
    const nearest = fileOf.get(objectName) ?? nearestName(objectName, files)
    const advice =
      nearest === undefined
        ? `its files are ${listed(files)}`
        : fileOf.has(objectName)
          ? `the file of this object is ${JSON.stringify(nearest)}: write that`
          : `did you mean ${JSON.stringify(nearest)}?`
    const name = JSON.stringify(objectName.slice(0, 200))
    const message = `secretObjects refers to ${name}, but the mount has no file of that name; ${advice}`
    return [warning('SECRET_OBJECT_WITHOUT_FILE', message, at)]
  })
}

function listed(files: readonly string[]): string {
  const shown = files.slice(0, 5).map((file) => JSON.stringify(file))
  return `${shown.join(', ')}${files.length > 5 ? ` and ${files.length - 5} more` : ''}`
}

/** Of a parameter's name, or where it would have to stand. */
function parameterPosition(
  { parameters: given, parametersPosition }: ClassDocument,
  key: string,
): SourcePosition {
  return given.get(key)?.keyPosition ?? parametersPosition
}

function warning(code: WarningCode, message: string, { line, column }: SourcePosition): Warning {
  return { code, message, line, column }
}
