import type { AwsFailure } from '../../aws/failures/failure.ts'
import type { ObjectRead } from '../../plan/mount-plan.ts'
import type { ReadValue } from '../object-value.ts'
import type { ReadContext } from '../read-context.ts'
import { readParameterPath } from './read-parameter-path.ts'
import { readParameters } from './read-parameters.ts'
import { readSecret } from './read-secret.ts'
import { readFromBatch, startBatches } from './read-secret-batch.ts'
import { readSecretQuery } from './read-secret-query.ts'

/** Hears of each failed try of a read, by its position. */
export type OnReadFailure = (position: number, failure: AwsFailure) => void

/**
 * Starts the reads of Secrets Manager. Each secret has a call of its own, unless the class has them read several a call;
 * each query has pages.
 */
export function startSecrets(
  reads: readonly ObjectRead[],
  context: ReadContext,
  onFailure: OnReadFailure,
): readonly Promise<ReadValue>[] {
  const batches = context.batchReads ? startBatches(reads, context, onFailure) : undefined
  return reads.map((read, position) => {
    const own = contextOf(position, context, onFailure)
    const batch = batches?.get(position)
    if (batch !== undefined) return readFromBatch(read, batch, own)
    const { set } = read
    return set?.kind === 'query' ? readSecretQuery(set, own) : readSecret(read, own)
  })
}

/** Starts the reads of Parameter Store: parameters by name share calls, each path has pages of its own. */
export function startParameters(
  reads: readonly ObjectRead[],
  context: ReadContext,
  onFailure: OnReadFailure,
): readonly Promise<ReadValue>[] {
  const byName = reads.flatMap((read, position) => (read.set === undefined ? [{ read, position }] : []))
  const named = readParameters(
    byName.map(({ read }) => read),
    context,
    (at, failure) => onFailure(byName[at]?.position ?? at, failure),
  )
  // Those by name, in the order of the reads.
  const next = named.values()
  return reads.flatMap((read, position) => {
    const { set } = read
    if (set?.kind !== 'path') return next.next().value ?? []
    return readParameterPath(read, set, contextOf(position, context, onFailure))
  })
}

/** A function of its own, since a read under way keeps all that is in the scope of its context: the answers to others too. */
function contextOf(position: number, context: ReadContext, onFailure: OnReadFailure): ReadContext {
  return { ...context, onFailure: (failure) => onFailure(position, failure) }
}
