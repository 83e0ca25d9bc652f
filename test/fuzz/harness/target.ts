import type { Random } from './random.ts'

/**
 * Something that reads what others wrote, to be tried with broken and hostile input. A target is a file of its own in
 * test/fuzz/, and exports it as `target`; the file's name is the target's, and that of its folder in test/fuzz/corpus/.
 */
export interface FuzzTarget {
  /** Inputs to begin with: what is usual, and what is at the edge. */
  readonly seeds: readonly (string | Uint8Array)[]
  /** Words of its language, to be put in anywhere. */
  readonly words?: readonly string[]
  /** Bytes of an input, at most; 4096 unless told. */
  readonly maxBytes?: number
  /**
   * Tries one input, and throws when something is not as it must be.
   *
   * @returns a few words on what became of it (a way through the code: the message of a refusal, say). Inputs that are
   *   the first to give theirs are kept, and changed further. The words must be few: no part of an input.
   */
  tryInput(input: Buffer, random: Random): string | Promise<string>
}
