import { type BuildRules, faultsInTurn } from '../content/build-in-turn.ts'
import { collected, faultsOf, ProviderError } from '../errors/provider-error.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import { readObjectList } from '../plan/objects/object-list.ts'
import { checkObjects } from '../plan/objects/object-rules.ts'
import { unknownNames } from '../plan/plan-mount.ts'
import { assumeRegions } from '../plan/regions.ts'
import type { TurnGate } from '../process/gate.ts'
import { inTurns, type Steps } from '../process/in-turns.ts'
import { readParameters } from '../request/mount-parameters.ts'
import type { MountRequest, RawMountRequest } from '../request/mount-request.ts'
import { readStringMap } from '../request/string-map.ts'
import { ReadFaults } from '../store/read-faults.ts'

/** Reading a longer text costs too much to be done anew at each try of a mount that fails for another reason. */
const mostCharacters = 64 * 2 ** 10

/**
 * An error of a mount that ended before its objects were looked at, with what is wrong with those as well; of one that is
 * given up by then, the error alone. `classes` lets in who reads a class: what is read of it takes some MiB until it is
 * told, and where the identity fails, that of a whole node may at once.
 */
export async function withClassFaults(
  error: unknown,
  { attributes }: Pick<RawMountRequest, 'attributes'>,
  classes: TurnGate,
  signal: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof ProviderError) || signal.aborted || attributes.length > mostCharacters) return error
  const read = readStringMap(attributes)
  // Nothing is known of objects that did not arrive.
  if (!('values' in read)) return error
  try {
    const more = await classes.run(signal, () => inTurns(classFaults(read.values), signal))
    return collected([...faultsOf(error), ...more])
  } catch (ended) {
    if (signal.aborted) return error
    throw ended
  }
}

/**
 * An error of a mount that ended while it read or extracted, with all else that is known to be wrong: the extracts of
 * what was read, and names that nothing reads.
 */
export async function withKnownFaults(
  error: unknown,
  request: MountRequest,
  plan: MountPlan,
  rules: BuildRules,
  signal: AbortSignal,
): Promise<unknown> {
  if (!(error instanceof ProviderError)) return error
  if (!(error instanceof ReadFaults)) return withUnknownNames(error, request, plan.warnings)
  const [first = error, ...rest] = await faultsInTurn(plan, error, rules, signal)
  return withUnknownNames(collected([first, ...rest]), request, plan.warnings)
}

/** An error with a line for each name that nothing reads. */
export function withUnknownNames(
  error: unknown,
  request: MountRequest,
  warnings: MountPlan['warnings'],
): unknown {
  const names = unknownNames(request, warnings)
  return error instanceof ProviderError && names.length > 0
    ? collected([...faultsOf(error), ...names])
    : error
}

/**
 * What is wrong with the objects of a class whose mount has failed before they were looked at: its region or identity
 * may be unknown, and their faults are the same whatever it will be. `parameters` are those of the mount request.
 */
function* classFaults(parameters: ReadonlyMap<string, string>): Steps<readonly ProviderError[]> {
  const { parameters: read } = readParameters(parameters)
  const list = yield* readObjectList(read.objects)
  const { regions } = assumeRegions(parameters, list, undefined)
  // The mode of files that name none is at no fault.
  const { findings } = yield* checkObjects(list, { ...read, regions, defaultMode: 0o644 })
  return [...findings.map((finding) => finding.fault), ...unknownNames(read, list.warnings)]
}
