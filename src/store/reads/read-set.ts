import { type AwsCall, AwsFailure } from '../../aws/failures/failure.ts'
import type { TryEvents } from '../../aws/tries.ts'
import { isTaken } from '../../plan/fields/name-pattern.ts'
import type { ObjectRead, ReadSet } from '../../plan/mount-plan.ts'
import { keepValues } from '../keep-values.ts'
import type { ObjectSet, SetMember } from '../object-value.ts'
import type { ReadContext } from '../read-context.ts'
import { type MemberFailure, SetFailure } from './set-failure.ts'

/** Pages may be empty and still have a next one; an answer that never ends is none. */
const maxPages = 1_000

/** A page of a set. */
export interface SetPage {
  readonly members: readonly SetMember[]
  /** Members that AWS did not give. */
  readonly failures: readonly MemberFailure[]
  /** Where the next page begins; undefined for the last one. */
  readonly next: string | undefined
}

/** Where the members of a set come from. */
export interface SetSource {
  readonly call: AwsCall
  /** What they are, for messages: ["parameter", "below the path"]. */
  readonly what: readonly [kind: string, which: string]
  /** Asks for the page that begins at `from`; `isWanted` says which names are. */
  page(
    from: string | undefined,
    isWanted: (name: string) => boolean,
    within: AbortSignal,
    events: TryEvents,
  ): Promise<SetPage>
}

/**
 * Reads all members of a set of one region, in the order of their names. Equal reads of the same session in flight
 * share their pages. None at all, and more than the limit, are failures with codes of our own: SetEmpty, SetTooLarge.
 * Members that AWS did not give are a SetFailure, all of them.
 *
 * @throws {AwsFailure} or the signal's reason.
 */
export function readSet(
  read: ObjectRead,
  set: ReadSet,
  source: SetSource,
  context: ReadContext,
): Promise<ObjectSet> {
  const { region, session, stores, signal, onFailure } = context
  const path = set.kind === 'path' ? read.name : undefined
  const key = JSON.stringify([session.id, region, path, read.versionLabel, set])
  if (stores.sharedSets.has(key)) context.observer.shared?.()
  return stores.sharedSets.run(
    key,
    signal,
    (within, tell) => readPages(set, source, context, within, tell),
    onFailure,
  )
}

async function readPages(
  set: ReadSet,
  { call, what, page }: SetSource,
  { stores, observer, maxBytes }: ReadContext,
  signal: AbortSignal,
  tell: (failure: AwsFailure) => void,
): Promise<ObjectSet> {
  const isWanted = (name: string) => isTaken(name, set)
  const members: SetMember[] = []
  const failures: MemberFailure[] = []
  // Of a set that is larger than any volume not all is held until that is found out.
  const keep = keepValues(maxBytes)
  let next: string | undefined
  for (let pages = 0; ; pages += 1) {
    const from = next
    const answer: SetPage = await stores.call(
      call,
      (within, events) => page(from, isWanted, within, events),
      signal,
      observer,
      tell,
    )
    for (const member of answer.members) {
      if (isWanted(member.name)) members.push({ ...member, value: keep(member.value) })
    }
    failures.push(...answer.failures)
    if (members.length + failures.length > set.limit) {
      const sentence = `there are more than ${set.limit} ${what[0]}s ${what[1]}`
      throw new AwsFailure(call, 'client', 'SetTooLarge', sentence)
    }
    next = answer.next
    if (next === undefined) break
    if (pages >= maxPages) throw new AwsFailure(call, 'server', 'EndlessAnswer', 'the pages have no end')
  }
  const [first, ...rest] = failures.toSorted(byName)
  if (first !== undefined) throw new SetFailure(call, [first, ...rest])
  if (members.length === 0) {
    throw new AwsFailure(call, 'client', 'SetEmpty', `there is no ${what[0]} ${what[1]}`)
  }
  return { members: members.toSorted(byName) }
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1
}
