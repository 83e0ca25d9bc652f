import { AwsFailure, type AwsService } from '../aws/failures/failure.ts'
import { GraceOver, silenceOf } from '../aws/tries.ts'
import type { ObjectRead } from '../plan/mount-plan.ts'
import { LossDeadline, MountLost, type ReadFailure } from './loss-deadline.ts'
import type { ReadValue } from './object-value.ts'
import type { ReadContext } from './read-context.ts'
import { parameterName } from './reads/parameter-name.ts'
import { SetFailure } from './reads/set-failure.ts'
import { startParameters, startSecrets } from './reads/start-reads.ts'
import { saysMissing } from './store-fault.ts'

/** An object's read in one region, and its place in the plan. */
export interface IndexedRead {
  readonly index: number
  readonly read: ObjectRead
  /** That it is missing is an answer, not a failure. */
  readonly optional: boolean
}

/** What a region said, by the objects' places in the plan. */
export interface RegionAnswer {
  readonly read: ReadonlyMap<number, ReadValue>
  /** Optional objects that the region does not have. */
  readonly missing: ReadonlyMap<number, ReadFailure>
  /** All that are known; none when the region has answered for each object. */
  readonly failures: readonly ReadFailure[]
}

/** Whether a region has answered for each object. */
export function isWhole({ failures }: RegionAnswer): boolean {
  return failures.length === 0
}

/**
 * Reads all objects of one store in one region, at once. A signal that means "we know enough" (GraceOver, MountLost) ends
 * it with an answer.
 *
 * @throws the signal's reason otherwise.
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
  const asked = reads.map(({ read }) => read)
  const within = { ...context, signal }
  const start = service === 'secretsmanager' ? startSecrets : startParameters
  const ended = await Promise.all(
    start(asked, within, onFailure).map((each, position) =>
      each.then(
        (value): ReadEnd => {
          context.onEnd()
          return { is: 'read', value }
        },
        (error: unknown): ReadEnd => {
          context.onEnd()
          if (error instanceof GraceOver || error instanceof MountLost) return { is: 'given up' }
          if (!(error instanceof AwsFailure)) return { is: 'broken', error }
          if (isAnswer(position, error)) return { is: 'missing', failure: error }
          deadline.lost()
          if (error.kind === 'client') onClientFailure()
          return { is: 'failed', failure: error }
        },
      ),
    ),
  )
  deadline.end()
  return answerOf(service, reads, ended, lastFailures, context.region)
}

/** How a read has ended. A broken one is a defect of ours, or the caller's own end. */
type ReadEnd =
  | { readonly is: 'read'; readonly value: ReadValue }
  | { readonly is: 'missing' | 'failed'; readonly failure: AwsFailure }
  | { readonly is: 'given up' }
  | { readonly is: 'broken'; readonly error: unknown }

function answerOf(
  service: AwsService,
  reads: readonly IndexedRead[],
  ended: readonly ReadEnd[],
  lastFailures: ReadonlyMap<number, AwsFailure>,
  region: string,
): RegionAnswer {
  const read = new Map<number, ReadValue>()
  const missing = new Map<number, ReadFailure>()
  const failures: ReadFailure[] = []
  for (const [position, end] of ended.entries()) {
    const { index, read: asked } = reads[position] as IndexedRead
    const about = (failure: AwsFailure): ReadFailure => ({ index, name: nameOf(service, asked), failure })
    switch (end.is) {
      case 'broken':
        throw end.error
      case 'read':
        read.set(index, end.value)
        break
      case 'missing':
        missing.set(index, about(end.failure))
        break
      case 'failed':
        failures.push(...failuresOf(about(end.failure)))
        break
      case 'given up': {
        const last = lastFailures.get(position)
        if (last !== undefined) failures.push(about(last))
      }
    }
  }
  const [first] = reads
  // Given up, without a word.
  if (failures.length === 0 && read.size + missing.size < reads.length && first !== undefined) {
    const failure = silenceOf({ service, region, operation: '' })
    failures.push({ index: first.index, name: nameOf(service, first.read), failure })
  }
  return { read, missing, failures }
}

/** Of a set, each of its members has failed by itself. */
function failuresOf(failed: ReadFailure): readonly ReadFailure[] {
  const { index, name: set, failure } = failed
  return failure instanceof SetFailure ? failure.members.map((each) => ({ index, set, ...each })) : [failed]
}

/** What messages call it: a parameter with its version or label, of which AWS does not say that it is missing. */
export function nameOf(service: AwsService, read: ObjectRead): string {
  if (service !== 'ssm' || read.set !== undefined) return read.name
  const { base, selector } = parameterName(read)
  return `${base}${selector}`
}
