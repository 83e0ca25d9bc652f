import { type AwsCall, AwsFailure } from '../../aws/failures/failure.ts'
import type { SecretBatch, SecretEntry } from '../../aws/parse-answers.ts'
import { isReplyTooLarge } from '../../http/transport-errors.ts'
import type { QuerySet } from '../../plan/mount-plan.ts'
import { type ObjectSet, type SetMember, sizeOf } from '../object-value.ts'
import type { ReadContext } from '../read-context.ts'
import { batchOperation } from '../store-fault.ts'
import { readSet } from './read-set.ts'
import { secretFailure, secretValue } from './secret-entry.ts'
import { secretName } from './secret-name.ts'
import { type MemberFailure, SetFailure } from './set-failure.ts'

/** Secrets a page of BatchGetSecretValue has at most. Source: Secrets Manager API reference. */
const maxResults = 20
/** So many of the largest values fit into one answer, however they are escaped. */
const fewResults = 5

/** Bytes of values. An answer takes several times as many until they are taken out of it. */
const largePage = 2 ** 18

/**
 * Reads every secret of one region that the filters let through, with its current value; as readSet does. One that the
 * caller may not read fails the set, unless include or exclude leave it out.
 */
export function readSecretQuery(set: QuerySet, context: ReadContext): Promise<ObjectSet> {
  const { region, session } = context
  const call: AwsCall = { service: 'secretsmanager', region, operation: batchOperation }
  // Where one page is too large, or takes much memory, the next ones are likely to.
  let most = maxResults
  const Filters = set.filters.map(({ key, values }) => ({ Key: key, Values: values.slice() })) as Filters
  return readSet(
    set,
    {
      call,
      what: ['secret', 'that the filters find'],
      async page(from, isWanted, within, { identified, begun }) {
        const token = from === undefined ? {} : { NextToken: from }
        const ask = () =>
          session.clients.batchGetSecretValue(region, { Filters, MaxResults: most, ...token }, within, begun)
        const answer = await ask().catch((error: unknown) => {
          if (most === fewResults || !isReplyTooLarge(error)) throw error
          most = fewResults
          return ask()
        })
        identified(answer.requestId)
        const failures = failuresIn(answer, call).filter(({ name }) => isWanted(name))
        const [first, ...rest] = failures
        const mayPass = failures.every(({ failure }) => failure.kind !== 'client')
        // Another try may give what a server could not.
        if (first !== undefined && mayPass) throw new SetFailure(call, [first, ...rest])
        const members = (answer.SecretValues ?? []).map((entry) => memberOf(entry, call))
        const bytes = members.reduce((sum, { value }) => sum + sizeOf(value), 0)
        if (bytes > largePage) most = fewResults
        return { members, failures, next: answer.NextToken }
      },
    },
    context,
  )
}

/** The SDK types the keys that it knows; ours have been held against the same list. */
type Filters = NonNullable<Parameters<ReadContext['session']['clients']['batchGetSecretValue']>[1]['Filters']>

function failuresIn({ Errors = [], requestId }: SecretBatch, call: AwsCall): readonly MemberFailure[] {
  return Errors.map((error) => ({
    name: secretName(error.SecretId ?? ''),
    failure: secretFailure(error, call, requestId),
  }))
}

function memberOf(entry: SecretEntry, call: AwsCall): SetMember {
  const value = secretValue(entry, call.region)
  const name = entry.Name
  if (name === undefined || value === undefined)
    throw new AwsFailure(call, 'server', 'EmptyAnswer', 'the answer has a secret without name or value')
  return { name, below: name, value }
}
