import { fault, type ProviderError } from '../errors/provider-error.ts'
import { readParameters } from '../request/mount-parameters.ts'
import type { MountRequest } from '../request/mount-request.ts'
import { parameterNames } from '../request/parameter-fields.ts'
import type { PlanWarning } from '../yaml/finding.ts'
import { readObjectList } from './object-list.ts'
import { checkObjects } from './object-rules.ts'
import { assumeRegions } from './regions.ts'

/**
 * What is wrong with the objects of a class whose mount has failed before they were looked at: its region or identity
 * may be unknown, and their faults are the same whatever it will be. `parameters` are those of the mount request.
 */
export function classFaults(parameters: ReadonlyMap<string, string>): readonly ProviderError[] {
  const { parameters: read } = readParameters(parameters)
  const list = readObjectList(read.objects)
  const { regions } = assumeRegions(parameters, list, undefined)
  // The mode of files that name none is at no fault.
  const { findings } = checkObjects(list, { ...read, regions, defaultMode: 0o644 })
  return [...findings.map((finding) => finding.fault), ...unknownNames(read, list.warnings)]
}

/** Unknown fields and parameters as lines below the faults of a mount that failed: they may be its reason. */
export function unknownNames(
  { unknownParameters = [] }: Pick<MountRequest, 'unknownParameters'>,
  warnings: readonly PlanWarning[],
): readonly ProviderError[] {
  const fields = warnings.filter(({ code }) => code === 'UNKNOWN_FIELD').slice(0, mostNamed)
  return [
    ...unknownParameters.map((parameter) =>
      fault('PARAMETER_UNKNOWN', { parameter, nearest: undefined, known: parameterNames }),
    ),
    ...fields.map(({ message }) => fault('FIELD_UNKNOWN', { message })),
  ]
}

const mostNamed = 20
