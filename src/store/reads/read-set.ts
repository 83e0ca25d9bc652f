import { type AwsCall, AwsFailure } from '../../aws/failures/failure.ts'
import type { TryEvents } from '../../aws/tries.ts'
import { isTaken } from '../../plan/fields/name-pattern.ts'
import type { ReadSet } from '../../plan/mount-plan.ts'
import type { ObjectSet, SetMember } from '../object-value.ts'
import type { ReadContext } from '../read-context.ts'
import { tooManyMembers } from '../store-fault.ts'
import { mostMembers } from '../value-budget.ts'
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
 * Reads all members of a set of one region, in the order of their names, when its turn comes. Failures with codes of our
 * own are none at all (SetEmpty), more than the limit (SetTooLarge), and more than a mount may have in all its sets
 * (TooManyMembers). Members that AWS did not give are a SetFailure, all of them.
 *
 * Pages are not shared with other mounts: what of them is kept is for the budget of this one to say.
 *
 * @throws {AwsFailure} or the signal's reason.
 */
export function readSet(set: ReadSet, source: SetSource, context: ReadContext): Promise<ObjectSet> {
  return context.setTurns.run(context.signal, () => readPages(set, source, context))
}

async function readPages(
  set: ReadSet,
  { call, what, page }: SetSource,
  { stores, observer, budget, signal, onFailure, callTurns }: ReadContext,
): Promise<ObjectSet> {
  const isWanted = (name: string) => isTaken(name, set)
  const members: SetMember[] = []
  const failures: MemberFailure[] = []
  let next: string | undefined
  for (let pages = 0; ; pages += 1) {
    if (budget.hasTooManyMembers) {
      const sentence = `all sets together have more than ${mostMembers} members`
      throw new AwsFailure(call, 'client', tooManyMembers, sentence)
    }
    const from = next
    const answer: SetPage = await stores.call(
      call,
      (within, events) => page(from, isWanted, within, events),
      signal,
      { observer, tell: onFailure, turns: callTurns },
    )
    for (const member of answer.members) {
      if (isWanted(member.name)) members.push(budget.keepMember(member))
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
