import { fault } from '../../errors/provider-error.ts'
import type { Field, FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import { filePath, type PathTranslation, pathProblem } from '../file-name.ts'
import type { FileAccess, PlannedMembers, ReadBelow } from '../mount-plan.ts'
import { failoverLabel, textOf } from '../objects/object-label.ts'
import type { ObjectEntry } from '../objects/object-list.ts'
import { booleanOf } from './field-values.ts'
import { accessOf } from './file-access.ts'
import { memberFields } from './member-fields.ts'

interface Members {
  readonly below: ReadBelow
  readonly planned: PlannedMembers
}

/** The objectType of all parameters below a path. */
const pathType = 'ssmparameterpath'
const defaultLimit = 200

/**
 * What an object of objectType ssmparameterpath stands for; undefined for one of another type, of which the fields for
 * it are findings.
 */
export function membersOf(
  entry: ObjectEntry,
  name: Field,
  where: string,
  rules: { readonly translation: PathTranslation | undefined; readonly access: FileAccess },
  findings: Finding[],
): Members | undefined {
  if (textOf(entry.objectType) !== pathType) {
    for (const field of Object.keys(memberFields) as (keyof typeof memberFields)[]) {
      const at = positionOf(entry[field])
      const details = { where, field, objectType: pathType, isOnly: true }
      if (at !== undefined) findings.push(finding(fault('FIELD_NOT_OF_TYPE', details), at))
    }
    return undefined
  }
  checkPath(name, where, findings)
  const { failoverObject } = entry
  if (failoverObject !== undefined && failoverObject !== 'malformed') {
    const { objectName } = failoverObject
    if (objectName !== undefined && objectName !== 'malformed')
      checkPath(objectName, failoverLabel(where), findings)
  }
  const refuse = (field: string, at: Finding | Field['at']) =>
    findings.push(
      finding(
        fault('FIELD_NOT_OF_TYPE', { where, field, objectType: pathType, isOnly: false }),
        at as Field['at'],
      ),
    )
  if (entry.objectVersion !== undefined && entry.objectVersion !== 'malformed')
    refuse('objectVersion', entry.objectVersion.at)
  if (entry.objectFormat !== undefined && entry.objectFormat !== 'malformed')
    refuse('objectFormat', entry.objectFormat.at)
  const [first] = entry.jmesPath
  if (first !== undefined) refuse('jmesPath', first.at)
  const label = (field: string) => ({ where, field })
  const flag = (field: 'recursive' | 'keepPath') => booleanOf(entry[field], label(field), findings)
  return {
    below: {
      recursive: flag('recursive') ?? true,
      include: entry.include.map(({ text }) => text),
      exclude: entry.exclude.map(({ text }) => text),
      limit: limitOf(entry.limit, where, findings) ?? defaultLimit,
    },
    planned: {
      keepPath: flag('keepPath') ?? false,
      directory: directoryOf(entry.objectAlias, where, rules.translation, findings),
      // What is wrong with it is found where the files of all objects are.
      access: accessOf(entry, where, rules.access, []),
    },
  }
}

function positionOf(read: FieldRead | readonly Field[]): Field['at'] | undefined {
  if (read === undefined || read === 'malformed') return undefined
  return isList(read) ? read[0]?.at : read.at
}

function isList(read: Field | readonly Field[]): read is readonly Field[] {
  return Array.isArray(read)
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
  const details = { where, field: 'limit', received: read.text, expected: ['a number from 1 to 1000'] }
  findings.push(finding(fault('FIELD_VALUE_UNKNOWN', details), read.at))
  return undefined
}
