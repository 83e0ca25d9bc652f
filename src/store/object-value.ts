import type { Sensitive } from '../process/sensitive.ts'

/** What a store answered for one object. */
export interface ObjectValue {
  /** As the store reports it: a VersionId, or a parameter's version number as text. */
  readonly version: string
  readonly content: Sensitive<Uint8Array>
  /** Whether it was stored as bytes (SecretBinary), whatever they are. */
  readonly isBinary?: boolean
  /** Bytes that were not kept, since the mount has too many already. */
  readonly leftOut?: number
  readonly region: string
}

/** What a store answered for an object that stands for many. */
export interface ObjectSet {
  readonly members: readonly SetMember[]
}

/** One of them. */
export interface SetMember {
  /** Its whole name in the store. */
  readonly name: string
  /** Its name below the path that was read; of a query the whole name. */
  readonly below: string
  readonly value: ObjectValue
}

/** What was read for one object of a plan: its value, or those of its set. */
export type ReadValue = ObjectValue | ObjectSet

/** In the order of a plan's objects; undefined where nothing was read. */
export type PlanValues = readonly (ReadValue | undefined)[]

/** How many bytes a value has, also when they were not kept. */
export function sizeOf({ content, leftOut = 0 }: ObjectValue): number {
  return content.reveal().byteLength + leftOut
}

/** Whether a value, or one of a set, was left out. */
export function isCut(read: ReadValue | undefined): boolean {
  return valuesIn(read).some(({ leftOut }) => leftOut !== undefined)
}

/** The value of an object, or those of all members of its set. */
export function valuesIn(read: ReadValue | undefined): readonly ObjectValue[] {
  if (read === undefined) return []
  return 'members' in read ? read.members.map(({ value }) => value) : [read]
}
