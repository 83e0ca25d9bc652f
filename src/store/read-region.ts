import { AwsFailure, type AwsService } from '../aws/failures/failure.ts'
import { GraceOver, silenceOf } from '../aws/tries.ts'
import type { ObjectRead } from '../plan/mount-plan.ts'
import type { KeepValue } from './keep-values.ts'
import { LossDeadline, MountLost, type ReadFailure } from './loss-deadline.ts'
import type { ObjectSet, ObjectValue } from './object-value.ts'
import { parameterName } from './parameter-name.ts'
import type { ReadContext } from './read-context.ts'
import { readParameterPath } from './read-parameter-path.ts'
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
  | { readonly values: readonly (ObjectValue | ObjectSet | MissingValue)[] }
  | {
      readonly failures: readonly ReadFailure[]
      /** What was read beside them, by the object's place in the plan. */
      readonly read: ReadonlyMap<number, ObjectValue | ObjectSet>
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
  const deadline = new LossDeadline(context.signal)
  const { signal } = deadline
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
      : startParameters(reads, { ...context, signal }, onFailure)
  const ended = await Promise.all(
    started.map((each, position) =>
      each
        .then((value) => kept(value, context.keep))
        .catch((error: unknown): unknown => {
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

function kept(value: ObjectValue | ObjectSet, keep: KeepValue): ObjectValue | ObjectSet {
  if (!('members' in value)) return keep(value)
  return { members: value.members.map((each) => ({ ...each, value: keep(each.value) })) }
}

/** Parameters by name share calls; each path has pages of its own. */
function startParameters(
  reads: readonly IndexedRead[],
  context: ReadContext,
  onFailure: (position: number, failure: AwsFailure) => void,
): readonly Promise<ObjectValue | ObjectSet>[] {
  const byName = reads.flatMap(({ read }, position) => (read.below === undefined ? [{ read, position }] : []))
  const named = readParameters(
    byName.map(({ read }) => read),
    context,
    (at, failure) => onFailure(byName[at]?.position ?? at, failure),
  )
  return reads.map(({ read }, position) => {
    const { below } = read
    if (below !== undefined) {
      const own = { ...context, onFailure: (failure: AwsFailure) => onFailure(position, failure) }
      return readParameterPath(read, below, own)
    }
    const found = named[byName.findIndex((each) => each.position === position)]
    return found ?? Promise.reject(new Error('a parameter was not asked for'))
  })
}

function answerOf(
  service: AwsService,
  reads: readonly IndexedRead[],
  ended: readonly unknown[],
  lastFailures: ReadonlyMap<number, AwsFailure>,
  region: string,
): RegionAnswer {
  const values: (ObjectValue | ObjectSet | MissingValue)[] = []
  const read = new Map<number, ObjectValue | ObjectSet>()
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
      values.push(end as ObjectValue | ObjectSet)
      read.set(index, end as ObjectValue | ObjectSet)
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
  if (service !== 'ssm' || read.below !== undefined) return read.name
  const { base, selector } = parameterName(read)
  return `${base}${selector}`
}
