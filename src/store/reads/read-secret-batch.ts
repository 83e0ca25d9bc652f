import { type AwsCall, AwsFailure, isCredentialRefusal } from '../../aws/failures/failure.ts'
import type { SecretBatch, SecretEntry } from '../../aws/parse-answers.ts'
import { isReplyTooLarge } from '../../http/transport-errors.ts'
import type { ObjectRead } from '../../plan/mount-plan.ts'
import type { ObjectValue } from '../object-value.ts'
import type { BatchFound, ReadContext } from '../read-context.ts'
import { batchOperation, isDenial } from '../store-fault.ts'
import { readSecret } from './read-secret.ts'
import { secretFailure, secretValue } from './secret-entry.ts'
import { possibleNames, withoutEnd } from './secret-name.ts'
import { spreadOverCalls } from './spread-over-calls.ts'

/** Secrets a call of BatchGetSecretValue takes. Source: Secrets Manager API reference. */
const maxSecrets = 20

/**
 * Starts the calls for secrets without version and label, at most 20 a call, and gives the call of each read by its
 * position; none for a read that has nothing to share a call with. Equal calls of the same session in flight are one.
 * `onFailure` hears of each failed try of a call, for each of its reads.
 *
 * The calls reject with an AwsFailure that goes for all of their reads, or the signal's reason.
 */
export function startBatches(
  reads: readonly ObjectRead[],
  context: ReadContext,
  onFailure: (position: number, failure: AwsFailure) => void,
): ReadonlyMap<number, Promise<BatchFound>> {
  const positions = new Map<string, number[]>()
  for (const [position, { name, version, versionLabel, set }] of reads.entries()) {
    // What BatchGetSecretValue gives is the current version.
    if ((version ?? versionLabel ?? set) !== undefined) continue
    const known = positions.get(name)
    if (known === undefined) positions.set(name, [position])
    else known.push(position)
  }
  const batches = new Map<number, Promise<BatchFound>>()
  for (const some of callsFor([...positions.keys()])) {
    if (some.length === 1) continue
    const all = some.flatMap((name) => positions.get(name) ?? [])
    const batch = shareBatch(some, context, (failure) => {
      for (const position of all) onFailure(position, failure)
    })
    for (const position of all) batches.set(position, batch)
  }
  return batches
}

/**
 * The names, or ARNs, that are asked for by one call each. A name means a secret of the caller's own account, and an ARN
 * may mean one of the same name of another account: since an answer has the names of its secrets and not what they were
 * asked by, no two of a call may mean secrets of one name.
 */
export function callsFor(ids: readonly string[]): readonly (readonly string[])[] {
  return spreadOverCalls(ids, possibleNames, maxSecrets)
}

/**
 * Takes a secret out of its call. One that the call has not given, or that failed for reasons of the server, is read
 * alone, as it would be without batches.
 */
export function readFromBatch(
  read: ObjectRead,
  batch: Promise<BatchFound>,
  context: ReadContext,
): Promise<ObjectValue> {
  return batch.then((all) => {
    const found = all.get(read.name)
    if (found === undefined) return readSecret(read, context)
    if (!(found instanceof AwsFailure)) return context.budget.keep(found)
    context.onFailure(found)
    if (found.kind === 'client') throw found
    return readSecret(read, context)
  })
}

function shareBatch(
  names: readonly string[],
  context: ReadContext,
  onFailure: (failure: AwsFailure) => void,
): Promise<BatchFound> {
  const { region, session, stores, signal, observer } = context
  const key = JSON.stringify([session.id, region, names])
  if (stores.sharedBatches.has(key)) for (const _ of names) observer.shared?.()
  return stores.sharedBatches.run(
    key,
    signal,
    (within, tell) => askBatch(names, context, within, tell),
    onFailure,
  )
}

async function askBatch(
  names: readonly string[],
  { region, session, stores, observer, callTurns: turns }: ReadContext,
  signal: AbortSignal,
  tell: (failure: AwsFailure) => void,
): Promise<BatchFound> {
  const call: AwsCall = { service: 'secretsmanager', region, operation: batchOperation }
  const input = { SecretIdList: names.slice() }
  try {
    return await stores.call(
      call,
      async (within, { identified, begun }) => {
        try {
          const answer = await session.clients.batchGetSecretValue(region, input, within, begun)
          identified(answer.requestId)
          return foundIn(answer, names, call)
        } catch (error) {
          // Another try would be too large as well.
          if (isReplyTooLarge(error)) return nothing
          throw error
        }
      },
      signal,
      {
        observer,
        tell(failure) {
          if (!isOfOneName(failure)) tell(failure)
        },
        turns,
      },
    )
  } catch (error) {
    if (error instanceof AwsFailure && isOfOneName(error)) return nothing
    throw error
  }
}

const nothing: BatchFound = new Map()

/** A name that AWS finds malformed fails the whole call, and AWS does not say which it is: no failure of the others. */
function isOfOneName(failure: AwsFailure): boolean {
  return failure.kind === 'client' && !isDenial(failure) && !isCredentialRefusal(failure)
}

/**
 * Finds what was said of each secret: values have name and full ARN, errors what was asked for. A secret of which more
 * than one thing was said is left out.
 */
function foundIn(
  { SecretValues = [], Errors = [], requestId }: SecretBatch,
  names: readonly string[],
  call: AwsCall,
): BatchFound {
  const asked = new Set(names)
  const found = new Map<string, ObjectValue | AwsFailure>()
  const unclear = new Set<string>()
  const say = (id: string | undefined, said: ObjectValue | AwsFailure | undefined) => {
    if (id === undefined || said === undefined || !asked.has(id)) return
    if (found.has(id)) unclear.add(id)
    found.set(id, said)
  }
  for (const entry of SecretValues) say(askedBy(entry, asked), secretValue(entry, call.region))
  for (const error of Errors) say(error.SecretId, secretFailure(error, call, requestId))
  for (const id of unclear) found.delete(id)
  return found
}

/** How a secret was asked for. Its whole ARN may also be another's without the end: it means this one then. */
function askedBy({ Name = '', ARN = '' }: SecretEntry, asked: ReadonlySet<string>): string | undefined {
  return [ARN, withoutEnd(ARN), Name].find((id) => asked.has(id))
}
