import { type AwsCall, AwsFailure } from '../aws/failures/failure.ts'
import type { ParameterEntry, ParameterPage } from '../aws/parse-answers.ts'
import { matchesPattern } from '../plan/fields/name-pattern.ts'
import type { ObjectRead, ReadBelow } from '../plan/mount-plan.ts'
import { ownBytes } from '../process/memory/own-bytes.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { ObjectSet, SetMember } from './object-value.ts'
import type { ReadContext } from './read-context.ts'

/** Parameters a page of GetParametersByPath has at most. Source: Systems Manager API reference. */
const maxResults = 10
/** Pages may be empty and still have a next one; an answer that never ends is none. */
const maxPages = 1_000

/**
 * Reads every parameter below a path of one region, decrypted, in the order of their names. Equal reads of the same
 * session in flight share their pages. Rejects with an AwsFailure or the signal's reason.
 *
 * None at all, and more than the limit, are failures with codes of our own: SetEmpty, SetTooLarge.
 */
export function readParameterPath(
  read: ObjectRead,
  below: ReadBelow,
  context: ReadContext,
): Promise<ObjectSet> {
  const { region, session, stores, signal, onFailure } = context
  const key = JSON.stringify([session.id, region, 'path', read.name, read.versionLabel, below])
  if (stores.sharedSets.has(key)) context.observer.shared?.()
  return stores.sharedSets.run(
    key,
    signal,
    (within, tell) => readPages(read, below, context, within, tell),
    onFailure,
  )
}

async function readPages(
  { name: path, versionLabel }: ObjectRead,
  below: ReadBelow,
  { region, session, stores, observer }: ReadContext,
  signal: AbortSignal,
  tell: (failure: AwsFailure) => void,
): Promise<ObjectSet> {
  const call: AwsCall = { service: 'ssm', region, operation: 'GetParametersByPath' }
  const label = versionLabel === undefined ? [] : [versionLabel]
  const input = {
    Path: path,
    Recursive: below.recursive,
    WithDecryption: true,
    MaxResults: maxResults,
    ...(label.length === 0 ? {} : { ParameterFilters: [{ Key: 'Label', Option: 'Equals', Values: label }] }),
  }
  const members: SetMember[] = []
  let next: string | undefined
  for (let pages = 0; ; pages += 1) {
    const from = next
    const page: ParameterPage = await stores.call(
      call,
      async (within, { identified, begun }) => {
        const token = from === undefined ? {} : { NextToken: from }
        const answer = await session.clients.getParametersByPath(
          region,
          { ...input, ...token },
          within,
          begun,
        )
        identified(answer.requestId)
        return answer
      },
      signal,
      observer,
      tell,
    )
    for (const entry of page.Parameters ?? []) {
      const member = memberOf(entry, path, call)
      if (isTaken(member.name, below)) members.push(member)
    }
    if (members.length > below.limit) {
      const sentence = `there are more than ${below.limit} parameters below the path`
      throw new AwsFailure(call, 'client', 'SetTooLarge', sentence)
    }
    next = page.NextToken
    if (next === undefined) break
    if (pages >= maxPages) throw new AwsFailure(call, 'server', 'EndlessAnswer', 'the pages have no end')
  }
  if (members.length === 0) {
    throw new AwsFailure(call, 'client', 'SetEmpty', 'there is no parameter below the path')
  }
  return { members: members.toSorted((one, other) => (one.name < other.name ? -1 : 1)) }
}

function memberOf({ Name, Value, Version }: ParameterEntry, path: string, call: AwsCall): SetMember {
  if (Name === undefined || Value === undefined || Version === undefined) {
    throw new AwsFailure(call, 'server', 'EmptyAnswer', 'the answer has a parameter without name or value')
  }
  const content = new Sensitive<Uint8Array>(ownBytes(Value, 'utf8'))
  const root = path.endsWith('/') ? path : `${path}/`
  const below = Name.startsWith(root) ? Name.slice(root.length) : Name
  return { name: Name, below, value: { version: `${Version}`, content, region: call.region } }
}

function isTaken(name: string, { include, exclude }: ReadBelow): boolean {
  const matches = (pattern: string) => matchesPattern(name, pattern)
  return (include.length === 0 || include.some(matches)) && !exclude.some(matches)
}
