import { fault, type ProviderError } from '../errors/provider-error.ts'

/**
 * Adds up the bytes of a volume before they are made. The same value may be wanted thousands of times, under as many
 * aliases or as extracts, and each file takes memory of its own.
 */
export class VolumeSize {
  readonly #maxBytes: number
  #bytes = 0
  #isStopped = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Whether the volume is too large by now. */
  get isOver(): boolean {
    return this.#bytes > this.#maxBytes
  }

  /** Bytes that may still come. */
  get room(): number {
    return Math.max(0, this.#maxBytes - this.#bytes)
  }

  /** Counts a file that was not made to its end: there was no room for it. */
  stop(): void {
    this.#bytes = Math.max(this.#bytes, this.#maxBytes + 1)
    this.#isStopped = true
  }

  /** Counts a file; false when the volume is too large by now, so that its bytes need not be kept. */
  add(bytes: number): boolean {
    this.#bytes += bytes
    return !this.isOver
  }

  /**
   * `unfinished`: more files would have come.
   * @throws {ProviderError} VOLUME_TOO_LARGE.
   */
  check(unfinished: boolean): void {
    if (this.isOver) throw this.fault(unfinished)
  }

  /** What is wrong where the volume is too large; `unfinished` as for check. */
  fault(unfinished: boolean): ProviderError {
    const stopped = this.#isStopped
    return fault('VOLUME_TOO_LARGE', { bytes: this.#bytes, maxBytes: this.#maxBytes, unfinished, stopped })
  }
}
