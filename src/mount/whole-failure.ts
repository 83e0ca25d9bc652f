import { faultsOf, MountFaults, ProviderError } from '../errors/provider-error.ts'
import { faultsWithExtracts } from '../files/build-files.ts'
import { classFaults, unknownNames } from '../plan/class-faults.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import type { MountRequest, RawMountRequest } from '../request/mount-request.ts'
import { readStringMap } from '../request/string-map.ts'
import { ReadFaults } from '../store/read-faults.ts'

/** An error of a mount that ended before its objects were looked at, with what is wrong with those as well. */
export function withClassFaults(
  error: unknown,
  { attributes }: Pick<RawMountRequest, 'attributes'>,
): unknown {
  if (!(error instanceof ProviderError)) return error
  const read = readStringMap(attributes)
  // Nothing is known of objects that did not arrive.
  return 'values' in read ? joined([...faultsOf(error), ...classFaults(read.values)]) : error
}

/**
 * An error of a mount that ended while it read or extracted, with all else that is known to be wrong: the extracts of
 * what was read, and names that nothing reads.
 */
export function withKnownFaults(error: unknown, request: MountRequest, plan: MountPlan): unknown {
  if (!(error instanceof ProviderError)) return error
  const faults = error instanceof ReadFaults ? faultsWithExtracts(plan, error) : faultsOf(error)
  return joined([...faults, ...unknownNames(request, plan.warnings)])
}

function joined(faults: readonly ProviderError[]): ProviderError | undefined {
  const [first, ...rest] = faults
  return first === undefined || rest.length === 0 ? first : new MountFaults([first, ...rest])
}
