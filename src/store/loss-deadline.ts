import type { AwsFailure } from '../aws/failures/failure.ts'

/** How long other reads may still retry once the mount is lost: time enough to report all that is wrong. */
const lastChanceMs = 2_000

/** The reason of an abort because the mount has failed already and nobody needs the rest. */
export class MountLost extends Error {
  override readonly name = 'MountLost'
}

/**
 * Ends the reads of a mount 2 s after the first final failure among them, or with the mount.
 *
 * A controller of its own that follows the mount's signal, and not AbortSignal.any(): each listener of such a signal
 * costs a look at all those that it is made of, and a read has several.
 */
export class LossDeadline {
  readonly #abort = new AbortController()
  readonly #mount: AbortSignal
  readonly #follow = () => this.#abort.abort(this.#mount.reason)
  #timer: NodeJS.Timeout | undefined

  constructor(mount: AbortSignal) {
    this.#mount = mount
    if (mount.aborted) this.#follow()
    else mount.addEventListener('abort', this.#follow, { once: true })
  }

  /** Aborts with MountLost, or with the mount's own reason. */
  get signal(): AbortSignal {
    return this.#abort.signal
  }

  /** A read has failed for good, and the mount (or its region) with it. */
  lost(): void {
    this.#timer ??= setTimeout(() => this.#abort.abort(new MountLost()), lastChanceMs)
  }

  /** To be called when the reads have ended. */
  end(): void {
    this.#mount.removeEventListener('abort', this.#follow)
    clearTimeout(this.#timer)
  }
}

/** A read's end, for the report: its failure, or the last one of a read that was still trying. */
export interface ReadFailure {
  /** Position of the object in the plan. */
  readonly index: number
  /** The object's name as the region knows it. */
  readonly name: string
  /** Of a member of a set: what the set is called. */
  readonly set?: string
  readonly failure: AwsFailure
  /** Of an optional object that is missing: why that is a failure all the same. */
  readonly dispute?: Dispute
}

/** What the other region says of an object that one calls missing. */
export interface Dispute {
  readonly region: string
  /** Whether it has the object; else it cannot say. */
  readonly hasIt: boolean
}
