import { AwsFailure, type AwsService } from '../aws/failures/failure.ts'
import { GraceOver, silenceOf } from '../aws/tries.ts'
import type { ObjectRead } from '../plan/mount-plan.ts'
import { LossDeadline, MountLost, type ReadFailure } from './loss-deadline.ts'
import type { ObjectValue } from './object-value.ts'
import { parameterName } from './parameter-name.ts'
import type { ReadContext } from './read-context.ts'
import { readParameters } from './read-parameters.ts'
import { readSecret } from './read-secret.ts'
import { saysMissing } from './store-fault.ts'

/** An object's read in one region, and its place in the plan. */
export interface IndexedRead {
  readonly index: number
  readonly read: ObjectRead
  /** That it is missing is an answer, not a failure. */
  readonly optional: boolean
}

/** An optional object that a region does not have, and what it said. */
export interface MissingValue {
  readonly missing: ReadFailure
}

/** What a region said: all values, in the order of the reads, or every failure known. */
export type RegionAnswer =
  | { readonly values: readonly (ObjectValue | MissingValue)[] }
  | {
      readonly failures: readonly ReadFailure[]
      /** What was read beside them, by the object's place in the plan. */
      readonly read: ReadonlyMap<number, ObjectValue>
    }

/**
 * Reads all objects of one store in one region, at once. Rejects only with the signal's reason, and not with
 * that either when the signal means "we know enough" (GraceOver, MountLost).
 */
export async function readRegion(
  service: Exclude<AwsService, 'sts'>,
  reads: readonly IndexedRead[],
  context: ReadContext,
  onClientFailure: () => void,
): Promise<RegionAnswer> {
  const deadline = new LossDeadline()
  const signal = AbortSignal.any([context.signal, deadline.signal])
  const lastFailures = new Map<number, AwsFailure>()
  const isAnswer = (position: number, failure: AwsFailure) =>
    reads[position]?.optional === true && saysMissing(failure)
  const onFailure = (position: number, failure: AwsFailure) => {
    // A region that tells what it does not have is in no trouble.
    if (isAnswer(position, failure)) return
    lastFailures.set(position, failure)
    context.onFailure(failure)
  }
  const started =
    service === 'secretsmanager'
      ? reads.map(({ read }, position) =>
          readSecret(read, { ...context, signal, onFailure: (failure) => onFailure(position, failure) }),
        )
      : readParameters(
          reads.map(({ read }) => read),
          { ...context, signal },
          onFailure,
        )
  const ended = await Promise.all(
    started.map((each, position) =>
      each.then(context.keep).catch((error: unknown): unknown => {
        if (!(error instanceof AwsFailure)) return error
        if (isAnswer(position, error)) return { saidMissing: error }
        deadline.lost()
        if (error.kind === 'client') onClientFailure()
        return error
      }),
    ),
  )
  deadline.end()
  return answerOf(service, reads, ended, lastFailures, context.region)
}

function answerOf(
  service: AwsService,
  reads: readonly IndexedRead[],
  ended: readonly unknown[],
  lastFailures: ReadonlyMap<number, AwsFailure>,
  region: string,
): RegionAnswer {
  const values: (ObjectValue | MissingValue)[] = []
  const read = new Map<number, ObjectValue>()
  const failures: ReadFailure[] = []
  let givenUp = false
  for (const [position, { index, read: asked }] of reads.entries()) {
    const end = ended[position]
    if (end instanceof AwsFailure) failures.push({ index, name: nameOf(service, asked), failure: end })
    else if (end instanceof GraceOver || end instanceof MountLost) {
      givenUp = true
      const last = lastFailures.get(position)
      if (last !== undefined) failures.push({ index, name: nameOf(service, asked), failure: last })
    } else if (end instanceof Error) throw end
    else if (isSaidMissing(end))
      values.push({ missing: { index, name: nameOf(service, asked), failure: end.saidMissing } })
    else {
      values.push(end as ObjectValue)
      read.set(index, end as ObjectValue)
    }
  }
  if (values.length === reads.length) return { values }
  const [first] = reads
  if (failures.length === 0 && givenUp && first !== undefined) {
    const failure = silenceOf({ service, region, operation: '' })
    failures.push({ index: first.index, name: nameOf(service, first.read), failure })
  }
  return { failures, read }
}

function isSaidMissing(end: unknown): end is { readonly saidMissing: AwsFailure } {
  return typeof end === 'object' && end !== null && 'saidMissing' in end
}

/** What messages call it: a parameter with its version or label, of which AWS does not say that it is missing. */
export function nameOf(service: AwsService, read: ObjectRead): string {
  if (service !== 'ssm') return read.name
  const { base, selector } = parameterName(read)
  return `${base}${selector}`
}
