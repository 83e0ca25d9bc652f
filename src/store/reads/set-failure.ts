import { type AwsCall, AwsFailure } from '../../aws/failures/failure.ts'

/** A member of a set that AWS did not give, under the name that AWS calls it by. */
export interface MemberFailure {
  readonly name: string
  readonly failure: AwsFailure
}

/** A set of which AWS gave some members, and of others said why not: whoever reports it names each of these. */
export class SetFailure extends AwsFailure {
  readonly members: readonly [MemberFailure, ...MemberFailure[]]

  constructor(call: AwsCall, members: readonly [MemberFailure, ...MemberFailure[]]) {
    const [{ failure: first }] = members
    // What is final for one of them is final for all.
    const { failure } = members.find((each) => each.failure.kind === 'client') ?? { failure: first }
    // A code of its own: that a member is missing does not mean that the set is.
    super(call, failure.kind, 'SetIncomplete', failure.message, {
      requestId: failure.requestId,
      words: members.map(({ name, failure: each }) => `${name}: ${each.code}: ${each.message}`).join('; '),
    })
    this.members = members
  }
}
