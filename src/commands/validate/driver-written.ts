import type { Warning } from '../../class-file/warning-kinds.ts'
import { fault, type ProviderError } from '../../errors/provider-error.ts'
import type { PlannedComposition, PlannedObject } from '../../plan/mount-plan.ts'
import { objectLabel } from '../../plan/objects/object-label.ts'
import type { ObjectList } from '../../plan/objects/object-list.ts'
import { findGivenAway } from '../../plan/paths/given-away.ts'
import type { SourcePosition } from '../../yaml/finding.ts'

/** The fault of a class whose files have owners, where the driver writes them: its mounts are refused for that. */
export function driverWrittenFault(
  planned: readonly PlannedObject[] = [],
  compositions: readonly PlannedComposition[] = [],
): readonly ProviderError[] {
  const given = findGivenAway(planned, compositions)
  return given === undefined ? [] : [fault('FILE_OWNER_DRIVER_WRITES', given)]
}

interface DriverWritten {
  readonly list: ObjectList
  readonly inObjects: (at: SourcePosition) => SourcePosition
}

/** A mode is right at the first mount, and stays what it was then: told once, at the first that is written. */
export function driverWrittenWarnings({ list, inObjects }: DriverWritten): readonly Warning[] {
  for (const entry of list.entries) {
    for (const { filePermission } of [entry, ...entry.jmesPath]) {
      if (filePermission === undefined || filePermission === 'malformed') continue
      const message = `${objectLabel(entry)}: the driver, which writes the files, never changes the mode of a file whose content stays the same: when you change a filePermission later, recreate the pods`
      return [{ code: 'FILE_MODE_STAYS', message, ...inObjects(filePermission.at) }]
    }
  }
  return []
}
