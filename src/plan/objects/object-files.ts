import { fault } from '../../errors/provider-error.ts'
import type { CheckExtract } from '../../jmespath/check-extract.ts'
import type { Steps } from '../../process/in-turns.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import { positionOf } from '../fields/field-position.ts'
import { booleanOf, encodingOf } from '../fields/field-values.ts'
import { accessOf } from '../fields/file-access.ts'
import { plannedFormat } from '../fields/planned-format.ts'
import { plannedKeys } from '../fields/planned-keys.ts'
import type {
  Encoding,
  FileAccess,
  PlannedExtract,
  PlannedFile,
  PlannedFormat,
  PlannedKeys,
} from '../mount-plan.ts'
import type { FileClaim } from '../paths/file-collisions.ts'
import { filePath, type PathTranslation, pathProblem } from '../paths/file-name.ts'
import { entryLabel, textOf } from './object-label.ts'
import type { JmesPathEntry, ObjectEntry } from './object-list.ts'

/** Absent translation: the parameter is at fault, and no file name is known. */
export interface FileRules {
  readonly translation: PathTranslation | undefined
  /** For files of an object that says nothing of it. */
  readonly access: FileAccess
  readonly checkExtract: CheckExtract
}

/** What the names of an object come to. */
export interface ObjectFiles {
  /** Of the whole value; absent where only its keys are mounted, or a finding stands in the way. */
  readonly file?: PlannedFile
  readonly keys?: PlannedKeys
  readonly format?: PlannedFormat
  readonly encoding?: Encoding
  readonly decodeFirst?: true
  readonly extracts: readonly PlannedExtract[]
  /** All usable paths, also those of an object that is otherwise at fault. */
  readonly claims: readonly FileClaim[]
}

/** The files of an object: its own, named after its alias or name, and one a jmesPath entry. Pauses between these. */
export function* filesOf(
  entry: ObjectEntry,
  where: string,
  rules: FileRules,
  findings: Finding[],
  { isSet = false }: { readonly isSet?: boolean } = {},
): Steps<ObjectFiles> {
  const claims: FileClaim[] = []
  const claim: Claim = (field, name, label) => {
    const path = usablePath(field, name, label, rules, findings)
    if (path !== undefined) claims.push({ position: entry.position, where: label, ...path })
    return path?.path
  }
  const access = accessOf(entry, where, rules.access, findings)
  const translation = rules.translation ?? false
  const keys =
    entry.expandKeys === undefined
      ? undefined
      : plannedKeys(entry.expandKeys, where, { access, translation }, findings)
  const named = entry.objectAlias === undefined ? 'objectName' : 'objectAlias'
  const isWhole = !isSet && (keys === undefined || keys.mountWhole || entry.objectFormat !== undefined)
  const path = isWhole ? claim(named, entry[named], where) : undefined
  const name = textOf(entry.objectName) ?? `${entry.position}`
  const extracts: PlannedExtract[] = []
  for (const extract of entry.jmesPath) {
    yield
    const planned = plannedExtract(extract, { name, where, access, rules, claim, findings })
    if (planned !== undefined) extracts.push(planned)
  }
  const encoding = encodingOf(entry.objectEncoding, where, findings)
  const format = plannedFormat({ field: 'objectFormat', read: entry.objectFormat }, entry, where, findings)
  const decodeFirst = booleanOf(entry.decodeFirst, { where, field: 'decodeFirst' }, findings)
  checkContent(entry, where, { hasFormat: format !== undefined, encoding, decodeFirst, keys }, findings)
  return {
    ...(path === undefined ? {} : { file: { path, ...access } }),
    ...(keys === undefined ? {} : { keys: keys.keys }),
    ...(format === undefined ? {} : { format }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decodeFirst === true ? { decodeFirst } : {}),
    extracts,
    claims,
  }
}

/** Notes the path that a field gives a file, and returns it; undefined for one that cannot be used. */
type Claim = (field: string, name: FieldRead, label: string) => string | undefined

function usablePath(
  field: string,
  name: FieldRead,
  where: string,
  { translation }: FileRules,
  findings: Finding[],
): Pick<FileClaim, 'path' | 'at'> | undefined {
  if (name === undefined || name === 'malformed' || translation === undefined) return undefined
  const path = filePath(name.text, translation)
  const reason = pathProblem(path)
  if (reason === undefined) return { path, at: name.at }
  findings.push(finding(fault('FILE_NAME_UNUSABLE', { where, field, path, reason }), name.at))
  return undefined
}

interface ExtractContext {
  /** What expressions of the same object are checked together by. */
  readonly name: string
  readonly where: string
  /** Of the object. */
  readonly access: FileAccess
  readonly rules: FileRules
  readonly claim: Claim
  readonly findings: Finding[]
}

function plannedExtract(
  extract: JmesPathEntry,
  { name, where, access, rules, claim, findings }: ExtractContext,
): PlannedExtract | undefined {
  const label = entryLabel(where, extract)
  for (const field of ['path', 'objectAlias'] as const) {
    if (extract[field] === undefined)
      findings.push(finding(fault('JMES_PATH_INCOMPLETE', { where: label, field }), extract.at))
  }
  const ownAccess = accessOf(extract, label, access, findings)
  const format = plannedFormat({ field: 'format', read: extract.format }, extract, label, findings)
  const encoding = encodingOf(extract.objectEncoding, label, findings)
  if (format !== undefined && encoding !== undefined) {
    const details = { where: label, first: 'format', second: 'objectEncoding' }
    const at = positionOf(extract.objectEncoding) ?? extract.at
    findings.push(finding(fault('FIELDS_EXCLUDE', details), at))
  }
  const path = claim('objectAlias', extract.objectAlias, label)
  const expression = extract.path === 'malformed' ? undefined : extract.path
  if (expression !== undefined) {
    const about = { object: name, expression: expression.text, file: path }
    const wrong = rules.checkExtract(about, extract.format !== undefined)
    if (wrong !== undefined) findings.push(finding(wrong, expression.at))
  }
  const optional = booleanOf(extract.optional, { where: label, field: 'optional' }, findings)
  if (expression === undefined || path === undefined) return undefined
  return {
    expression: expression.text,
    file: { path, ...ownAccess },
    ...(format === undefined ? {} : { format }),
    ...(optional === true ? { optional } : {}),
    ...(encoding === undefined ? {} : { encoding }),
  }
}

interface ContentFields {
  readonly hasFormat: boolean
  readonly encoding: Encoding | undefined
  readonly decodeFirst: boolean | undefined
  readonly keys: { readonly mountWhole: boolean } | undefined
}

/** Which fields that say what is in the file go together. */
function checkContent(
  entry: ObjectEntry,
  where: string,
  { hasFormat, encoding, decodeFirst, keys }: ContentFields,
  findings: Finding[],
): void {
  const needs = (field: 'decodeFirst' | 'objectFormat' | 'objectEncoding', needed: string) => {
    const at = positionOf(entry[field]) ?? entry.at
    findings.push(finding(fault('FIELD_NEEDS_FIELD', { where, field, needs: needed }), at))
  }
  if (decodeFirst === true && entry.objectEncoding === undefined) needs('decodeFirst', 'objectEncoding')
  if (!hasFormat) return
  if (entry.objectAlias === undefined) needs('objectFormat', 'objectAlias')
  if (encoding !== undefined && decodeFirst !== true) needs('objectEncoding', 'decodeFirst')
  if (keys?.mountWhole === true) {
    const details = { where, first: 'objectFormat', second: 'mountWhole' }
    findings.push(finding(fault('FIELDS_EXCLUDE', details), positionOf(entry.objectFormat) ?? entry.at))
  }
}
