import { fault } from '../../errors/provider-error.ts'
import type { Field, FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import type { FileAccess, PlannedMembers, ReadSet } from '../mount-plan.ts'
import { failoverLabel, textOf } from '../objects/object-label.ts'
import type { ObjectEntry } from '../objects/object-list.ts'
import { filePath, type PathTranslation, pathProblem } from '../paths/file-name.ts'
import { positionOf } from './field-position.ts'
import { booleanOf } from './field-values.ts'
import { accessOf } from './file-access.ts'
import { memberFields, type SetType, setTypes, typesOfField } from './member-fields.ts'
import { patternsOf } from './name-pattern.ts'
import { filtersOf } from './secret-filters.ts'

interface Members {
  readonly set: ReadSet
  readonly planned: PlannedMembers
}

interface MemberRules {
  readonly translation: PathTranslation | undefined
  readonly access: FileAccess
}

const defaultLimit = 200
/** Each is held against each name. */
const mostPatterns = 100

/** The objectType of an object that stands for many; undefined for one of another type. */
export function setTypeOf({ objectType }: Pick<ObjectEntry, 'objectType'>): SetType | undefined {
  return setTypes.find((type) => type === textOf(objectType))
}

/**
 * What an object stands for that stands for many; undefined for one of another type, of which the fields for it are
 * findings. `name` is absent where the object has none.
 */
export function membersOf(
  entry: ObjectEntry,
  name: Field | undefined,
  where: string,
  rules: MemberRules,
  findings: Finding[],
): Members | undefined {
  const type = setTypeOf(entry)
  for (const field of Object.keys(memberFields) as (keyof typeof memberFields)[]) {
    const at = positionOf(entry[field])
    const objectTypes = typesOfField[field]
    if (at === undefined || (type !== undefined && objectTypes.includes(type))) continue
    findings.push(finding(fault('FIELD_NOT_OF_TYPE', { where, field, objectTypes, isOnly: true }), at))
  }
  if (type === undefined) return undefined
  refuseFields(entry, type, where, findings)
  const flag = (field: 'recursive' | 'keepPath') => booleanOf(entry[field], { where, field }, findings)
  checkPatterns(entry, where, findings)
  const bounds = {
    include: patternsOf(entry.include),
    exclude: patternsOf(entry.exclude),
    limit: limitOf(entry.limit, where, findings) ?? defaultLimit,
  }
  const keepPath = flag('keepPath') ?? false
  const files = {
    directory: directoryOf(entry.objectAlias, where, rules.translation, findings),
    // What is wrong with it is found where the files of all objects are.
    access: accessOf(entry, where, rules.access, []),
  }
  if (type === 'secretsmanagerquery') {
    const filters = filtersOf(entry, where, findings)
    const translation = keepPath ? false : (rules.translation ?? false)
    return { set: { kind: 'query', filters, ...bounds }, planned: { translation, ...files } }
  }
  if (name !== undefined) checkPaths(entry, name, where, findings)
  return {
    set: { kind: 'path', recursive: flag('recursive') ?? true, ...bounds },
    planned: { ...(keepPath ? { translation: false as const } : {}), ...files },
  }
}

/** Fields that would mean one value, where there are many. */
function refuseFields(entry: ObjectEntry, type: SetType, where: string, findings: Finding[]): void {
  const isQuery = type === 'secretsmanagerquery'
  const refused = {
    objectVersion: positionOf(entry.objectVersion),
    // A query reads what is current: BatchGetSecretValue takes no other.
    objectVersionLabel: isQuery ? positionOf(entry.objectVersionLabel) : undefined,
    objectFormat: positionOf(entry.objectFormat),
    jmesPath: entry.jmesPath[0]?.at,
    // Its name is the directory of its keys.
    'mountWhole of expandKeys': isTrue(entry.expandKeys?.mountWhole, where)
      ? positionOf(entry.expandKeys?.mountWhole)
      : undefined,
    failoverObject: isQuery && typeof entry.failoverObject === 'object' ? entry.failoverObject.at : undefined,
  }
  for (const [field, at] of Object.entries(refused)) {
    if (at === undefined) continue
    const details = { where, field, objectTypes: [type], isOnly: false }
    findings.push(finding(fault('FIELD_NOT_OF_TYPE', details), at))
  }
}

function checkPatterns(entry: ObjectEntry, where: string, findings: Finding[]): void {
  for (const field of ['include', 'exclude'] as const) {
    const { [field]: patterns } = entry
    const beyond = patterns[mostPatterns]
    if (beyond === undefined) continue
    const expected = `at most ${mostPatterns} patterns`
    const details = { where, field, received: `${patterns.length} patterns`, expected }
    findings.push(finding(fault('FIELD_VALUE_UNKNOWN', details), beyond.at))
  }
}

/** Of a flag whose own findings are told elsewhere. */
function isTrue(read: FieldRead, where: string): boolean {
  return booleanOf(read, { where, field: 'mountWhole' }, []) === true
}

function checkPaths(entry: ObjectEntry, name: Field, where: string, findings: Finding[]): void {
  checkPath(name, where, findings)
  const { failoverObject } = entry
  if (failoverObject === undefined || failoverObject === 'malformed') return
  const { objectName } = failoverObject
  if (objectName !== undefined && objectName !== 'malformed')
    checkPath(objectName, failoverLabel(where), findings)
}

/** A hierarchy begins with a slash, and is no ARN. Source: Systems Manager API reference, GetParametersByPath. */
function checkPath({ text, at }: Field, where: string, findings: Finding[]): void {
  if (/^\/[A-Za-z0-9_./-]*$/.test(text) && !text.includes('//') && text.length <= 2048) return
  findings.push(finding(fault('SET_PATH_MALFORMED', { where, received: text }), at))
}

/** The objectAlias of a set is the directory of its files. */
function directoryOf(
  alias: FieldRead,
  where: string,
  translation: PathTranslation | undefined,
  findings: Finding[],
): string {
  if (alias === undefined || alias === 'malformed' || translation === undefined) return ''
  const path = filePath(alias.text, translation)
  const reason = pathProblem(path)
  if (reason === undefined) return `${path}/`
  const unusable = fault('FILE_NAME_UNUSABLE', { where, field: 'objectAlias', path, reason })
  findings.push(finding(unusable, alias.at))
  return ''
}

function limitOf(read: FieldRead, where: string, findings: Finding[]): number | undefined {
  if (read === undefined || read === 'malformed') return undefined
  if (/^(?:[1-9]\d{0,2}|1000)$/.test(read.text)) return Number(read.text)
  const details = { where, field: 'limit', received: read.text, expected: 'a number from 1 to 1000' }
  findings.push(finding(fault('FIELD_VALUE_UNKNOWN', details), read.at))
  return undefined
}
