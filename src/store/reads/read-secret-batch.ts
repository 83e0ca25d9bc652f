import { type AwsCall, AwsFailure, isCredentialRefusal } from '../../aws/failures/failure.ts'
import type { SecretBatch } from '../../aws/parse-answers.ts'
import { isReplyTooLarge } from '../../http/transport-errors.ts'
import type { ObjectRead } from '../../plan/mount-plan.ts'
import type { ObjectValue } from '../object-value.ts'
import type { BatchFound, ReadContext } from '../read-context.ts'
import { batchOperation, isDenial } from '../store-fault.ts'
import { readSecret } from './read-secret.ts'
import { secretFailure, secretValue } from './secret-entry.ts'

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
  const names = Array.from(positions.keys())
  const batches = new Map<number, Promise<BatchFound>>()
  for (let start = 0; start < names.length; start += maxSecrets) {
    const some = names.slice(start, start + maxSecrets)
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
 * Takes a secret out of its call. One that the call has not given, or that failed for reasons of the server, is read
 * alone, as it would be without batches.
 */
export function readFromBatch(
  read: ObjectRead,
  batch: Promise<BatchFound>,
  contextOf: () => ReadContext,
): Promise<ObjectValue> {
  return batch.then((all) => {
    const found = all.get(read.name)
    if (found === undefined) return readSecret(read, contextOf())
    if (!(found instanceof AwsFailure)) return found
    const context = contextOf()
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
  { region, session, stores, observer }: ReadContext,
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
      observer,
      tell,
    )
  } catch (error) {
    // A name that AWS finds malformed fails the whole call, and AWS does not say which it is.
    if (error instanceof AwsFailure && error.kind === 'client' && !goesForAll(error)) return nothing
    throw error
  }
}

const nothing: BatchFound = new Map()

function goesForAll(failure: AwsFailure): boolean {
  return isDenial(failure) || isCredentialRefusal(failure)
}

/** Finds what was said of each name: values have name and full ARN, errors what was asked for. */
function foundIn(
  { SecretValues = [], Errors = [], requestId }: SecretBatch,
  names: readonly string[],
  call: AwsCall,
): BatchFound {
  const values = new Map<string, ObjectValue>()
  const byArn = names.some((name) => name.startsWith('arn:'))
  const entries = SecretValues.flatMap((entry) => {
    const value = secretValue(entry, call.region)
    return value === undefined ? [] : [{ name: entry.Name ?? '', arn: entry.ARN ?? '', value }]
  })
  // An ARN may be asked for without the six characters at its end; where it is another's whole ARN, it means that one.
  if (byArn) for (const { arn, value } of entries) values.set(arn.replace(/-[A-Za-z0-9]{6}$/, ''), value)
  if (byArn) for (const { arn, value } of entries) values.set(arn, value)
  for (const { name, value } of entries) values.set(name, value)
  const errors = new Map(
    Errors.map((error) => [error.SecretId ?? '', secretFailure(error, call, requestId)] as const),
  )
  const found = new Map<string, ObjectValue | AwsFailure>()
  for (const name of names) {
    const said = values.get(name) ?? errors.get(name)
    if (said !== undefined) found.set(name, said)
  }
  return found
}
