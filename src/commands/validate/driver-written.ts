import type { Warning } from '../../class-file/warning-kinds.ts'
import { fault, type ProviderError } from '../../errors/provider-error.ts'
import { objectLabel, textOf } from '../../plan/objects/object-label.ts'
import type { ObjectList } from '../../plan/objects/object-list.ts'
import { parseFileId } from '../../request/file-id.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'
import type { SourcePosition } from '../../yaml/finding.ts'

/** A fault of a parameter of the class, or of a field at a place in the text of its objects. */
export type OwnerFault = { readonly fault: ProviderError } & (
  | { readonly parameter: string }
  | { readonly at: SourcePosition }
)

const ownerFields = ['fileOwner', 'fileGroup'] as const

/** Every owner of files that a class names, where the driver writes them: its mounts are refused for the first. */
export function ownerFaults(
  { entries }: ObjectList,
  parameters: ReadonlyMap<string, string>,
): readonly OwnerFault[] {
  const ofClass = ownerFields
    .filter((field) => isGiven(parameters.get(field)) && entries.some((entry) => entry[field] === undefined))
    .map((field) => ({ fault: driverWrites('the class', field), parameter: field }))
  const ofObjects = entries.flatMap((entry) =>
    [entry, ...entry.jmesPath].flatMap((each) =>
      ownerFields.flatMap((field) => {
        const read: FieldRead = each[field]
        if (read === undefined || read === 'malformed' || !isGiven(textOf(read))) return []
        return [{ fault: driverWrites(objectLabel(entry), field), at: read.at }]
      }),
    ),
  )
  return [...ofClass, ...ofObjects]
}

function driverWrites(where: string, field: (typeof ownerFields)[number]): ProviderError {
  return fault('FILE_OWNER_DRIVER_WRITES', { where, field })
}

/** 0 is root, who has the files anyway. */
function isGiven(text: string | undefined): boolean {
  return (parseFileId(text ?? '') ?? 0) > 0
}

interface DriverWritten {
  readonly list: ObjectList
  readonly inObjects: (at: SourcePosition) => SourcePosition
}

/** A mode is right at the first mount, and stays what it was then: told once, at the first that is written. */
export function modeWarnings({ list, inObjects }: DriverWritten): readonly Warning[] {
  for (const entry of list.entries) {
    for (const { filePermission } of [entry, ...entry.jmesPath]) {
      if (filePermission === undefined || filePermission === 'malformed') continue
      const message = `${objectLabel(entry)}: the driver, which writes the files, never changes the mode of a file whose content stays the same: when you change a filePermission later, recreate the pods`
      return [{ code: 'FILE_MODE_STAYS', message, ...inObjects(filePermission.at) }]
    }
  }
  return []
}
