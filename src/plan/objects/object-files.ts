import { fault } from '../../errors/provider-error.ts'
import type { CheckExtract } from '../../jmespath/check-extract.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
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
import type { ObjectEntry } from './object-list.ts'

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

/** The files of an object: its own, named after its alias or name, and one a jmesPath entry. */
export function filesOf(
  entry: ObjectEntry,
  where: string,
  rules: FileRules,
  findings: Finding[],
  { isSet = false }: { readonly isSet?: boolean } = {},
): ObjectFiles {
  const claims: FileClaim[] = []
  const claim = (field: string, name: FieldRead, label: string): string | undefined => {
    if (name === undefined || name === 'malformed' || rules.translation === undefined) return undefined
    const path = filePath(name.text, rules.translation)
    const reason = pathProblem(path)
    if (reason !== undefined) {
      const unusable = fault('FILE_NAME_UNUSABLE', { where: label, field, path, reason })
      findings.push(finding(unusable, name.at))
      return undefined
    }
    claims.push({ position: entry.position, where: label, at: name.at, path })
    return path
  }
  const access = accessOf(entry, where, rules.access, findings)
  const expansion =
    entry.expandKeys === undefined
      ? undefined
      : plannedKeys(entry.expandKeys, where, { access, translation: rules.translation ?? false }, findings)
  const named = entry.objectAlias === undefined ? 'objectName' : 'objectAlias'
  const isWhole =
    !isSet && (expansion === undefined || expansion.mountWhole || entry.objectFormat !== undefined)
  const path = isWhole ? claim(named, entry[named], where) : undefined
  const extracts = entry.jmesPath.flatMap((extract): PlannedExtract[] => {
    const label = entryLabel(where, extract)
    for (const field of ['path', 'objectAlias'] as const) {
      if (extract[field] === undefined) {
        findings.push(finding(fault('JMES_PATH_INCOMPLETE', { where: label, field }), extract.at))
      }
    }
    const ownAccess = accessOf(extract, label, access, findings)
    const format = plannedFormat({ field: 'format', read: extract.format }, extract, label, findings)
    const encoding = encodingOf(extract.objectEncoding, label, findings)
    if (format !== undefined && encoding !== undefined) {
      const details = { where: label, first: 'format', second: 'objectEncoding' }
      findings.push(finding(fault('FIELDS_EXCLUDE', details), extract.at))
    }
    const { path } = extract
    if (path !== undefined && path !== 'malformed') {
      const name = textOf(entry.objectName) ?? `${entry.position}`
      const wrong = rules.checkExtract(name, path.text, extract.format !== undefined)
      if (wrong !== undefined) findings.push(finding(wrong, path.at))
    }
    const optional = booleanOf(extract.optional, { where: label, field: 'optional' }, findings)
    const extractPath = claim('objectAlias', extract.objectAlias, label)
    if (extract.path === undefined || extract.path === 'malformed' || extractPath === undefined) return []
    return [
      {
        expression: extract.path.text,
        file: { path: extractPath, ...ownAccess },
        ...(format === undefined ? {} : { format }),
        ...(optional === true ? { optional } : {}),
        ...(encoding === undefined ? {} : { encoding }),
      },
    ]
  })
  const encoding = encodingOf(entry.objectEncoding, where, findings)
  const format = plannedFormat({ field: 'objectFormat', read: entry.objectFormat }, entry, where, findings)
  const decodeFirst = booleanOf(entry.decodeFirst, { where, field: 'decodeFirst' }, findings)
  if (decodeFirst === true && entry.objectEncoding === undefined) {
    const details = { where, field: 'decodeFirst', needs: 'objectEncoding' }
    findings.push(finding(fault('FIELD_NEEDS_FIELD', details), entry.at))
  }
  if (format !== undefined) {
    const needs = (field: string, needed: string) => {
      findings.push(finding(fault('FIELD_NEEDS_FIELD', { where, field, needs: needed }), entry.at))
    }
    if (entry.objectAlias === undefined) needs('objectFormat', 'objectAlias')
    if (encoding !== undefined && decodeFirst !== true) needs('objectEncoding', 'decodeFirst')
    if (expansion?.mountWhole === true) {
      const details = { where, first: 'objectFormat', second: 'mountWhole' }
      findings.push(finding(fault('FIELDS_EXCLUDE', details), entry.at))
    }
  }
  const file = path === undefined ? {} : { file: { path, ...access } }
  return {
    ...file,
    ...(expansion === undefined ? {} : { keys: expansion.keys }),
    ...(format === undefined ? {} : { format }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decodeFirst === true ? { decodeFirst } : {}),
    extracts,
    claims,
  }
}
