import { fault, type ProviderError, throwCollected } from '../errors/provider-error.ts'
import { atOnce, type Steps } from '../process/in-turns.ts'
import type { MountRequest } from '../request/mount-request.ts'
import { parameterNames } from '../request/parameter-fields.ts'
import type { PlanWarning } from '../yaml/finding.ts'
import type { MountPlan, Regions } from './mount-plan.ts'
import { readObjectList } from './objects/object-list.ts'
import { checkObjects } from './objects/object-rules.ts'
import { findGivenAway } from './paths/given-away.ts'

/** What a plan follows from, beside the regions: planMount sees nothing else of a request. */
export const planInputs = [
  'objects',
  'pathTranslation',
  'defaultMode',
  'fileOwner',
  'fileGroup',
  'batchReads',
] as const satisfies readonly (keyof MountRequest)[]

/** That much of a MountRequest. */
export type PlanInput = Pick<MountRequest, (typeof planInputs)[number]>

/**
 * Settles what a mount will read and write, before any AWS call.
 *
 * For the places of the faults in the text see readObjectList and checkObjects, of which this is made.
 *
 * @throws every fault of the SecretProviderClass that can be known by then, in the order of its objects, as one
 *   ProviderError; unknown fields are named after them.
 */
export function planMount(input: PlanInput, regions: Regions): MountPlan {
  return atOnce(planInSteps(input, regions))
}

/** The same in steps: a class of thousands of files takes a twentieth of a second. */
export function* planInSteps(input: PlanInput, regions: Regions): Steps<MountPlan> {
  const list = yield* readObjectList(input.objects)
  const { objects, compositions, findings } = yield* checkObjects(list, { ...input, regions })
  if (findings.length > 0) {
    // A misspelt field fails no mount, but here it may be why another one is missing.
    throwCollected([...findings.map((finding) => finding.fault), ...unknownNames({}, list.warnings)])
  }
  const givenAway = findGivenAway(objects, compositions)
  return {
    regions,
    objects,
    ...(compositions === undefined ? {} : { compositions }),
    ...(input.batchReads === true ? { batchReads: true } : {}),
    ...(givenAway === undefined ? {} : { givenAway }),
    warnings: list.warnings,
  }
}

/** Unknown fields and parameters as lines below the faults of a mount that failed: they may be its reason. */
export function unknownNames(
  { unknownParameters = [] }: Pick<MountRequest, 'unknownParameters'>,
  warnings: readonly PlanWarning[],
): readonly ProviderError[] {
  const fields = warnings.filter(({ code }) => code === 'FIELD_UNKNOWN').slice(0, mostNamed)
  return [
    ...unknownParameters.map((parameter) =>
      fault('PARAMETER_UNKNOWN', { parameter, nearest: undefined, known: parameterNames }),
    ),
    ...fields.map(({ message }) => fault('FIELD_UNKNOWN', { message })),
  ]
}

const mostNamed = 20
