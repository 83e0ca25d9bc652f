import { maxFiles } from '../plan/objects/object-list.ts'
import { Sensitive } from '../process/sensitive.ts'
import type { ObjectValue, SetMember } from './object-value.ts'

/** Members of all sets together. Each is held with its name, also one that gives no file; those that do are fewer. */
export const mostMembers = 2 * maxFiles

/**
 * What a mount may hold of values. They are kept as they come, up to `maxBytes` together; of those that follow only the
 * size is kept. So a mount that is too large never holds all of it, and can still say how large it is.
 */
export class ValueBudget {
  readonly #maxBytes: number
  #bytes = 0
  #members = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether there are more members than a mount may have, so that no more need be read. */
  get hasTooManyMembers(): boolean {
    return this.#members > mostMembers
  }

  /** Gives a value back whole, or without its content where there is no room for it. */
  keep(value: ObjectValue): ObjectValue {
    const bytes = value.content.reveal().byteLength
    this.#bytes += bytes
    if (this.#bytes <= this.#maxBytes) return value
    return { ...value, content: new Sensitive(new Uint8Array(0)), leftOut: bytes }
  }

  /** The same for a member of a set. */
  keepMember(member: SetMember): SetMember {
    this.#members += 1
    return { ...member, value: this.keep(member.value) }
  }
}
