import { fault } from '../../errors/provider-error.ts'
import { parseFileId } from '../../request/file-id.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import type { FileAccess } from '../mount-plan.ts'
import { parseFilePermission } from '../paths/file-permission.ts'

/** The fields that say it, as written on an object or an entry of its jmesPath. */
export interface AccessFields {
  readonly filePermission: FieldRead
  readonly fileOwner: FieldRead
  readonly fileGroup: FieldRead
}

/** Mode, owner and group as the fields say; those of `otherwise` where one is unset or at fault. */
export function accessOf(
  { filePermission, fileOwner, fileGroup }: AccessFields,
  where: string,
  otherwise: FileAccess,
  findings: Finding[],
): FileAccess {
  const id = (field: 'fileOwner' | 'fileGroup', read: FieldRead) => idOf(read, { where, field }, findings)
  return fileAccess(
    modeOf(filePermission, where, findings) ?? otherwise.mode,
    id('fileOwner', fileOwner) ?? otherwise.owner,
    id('fileGroup', fileGroup) ?? otherwise.group,
  )
}

/** Root is who has all files that nobody gives away: its id, 0, is none. */
export function fileAccess(mode: number, owner: number | undefined, group: number | undefined): FileAccess {
  return { mode, ...(owner ? { owner } : {}), ...(group ? { group } : {}) }
}

function modeOf(read: FieldRead, where: string, findings: Finding[]): number | undefined {
  if (read === undefined || read === 'malformed') return undefined
  const mode = parseFilePermission(read.text)
  if (mode === undefined) {
    findings.push(finding(fault('FILE_PERMISSION_MALFORMED', { where, received: read.text }), read.at))
  }
  return mode
}

function idOf(
  read: FieldRead,
  { where, field }: { readonly where: string; readonly field: 'fileOwner' | 'fileGroup' },
  findings: Finding[],
): number | undefined {
  if (read === undefined || read === 'malformed') return undefined
  const id = parseFileId(read.text)
  if (id === undefined) {
    findings.push(finding(fault('FILE_OWNER_MALFORMED', { where, field, received: read.text }), read.at))
  }
  return id
}
