import { fault, type ProviderError } from '../errors/provider-error.ts'
import { maxFiles } from '../plan/objects/object-list.ts'

/**
 * Counts the files of a volume, and the directories that they lie in, before they are made: keys and members of sets may
 * come to any number.
 */
export class FileCount {
  readonly #directories = new Set<string>()
  #files = 0

  /** Whether there are too many by now, so that no more need be made. */
  get isOver(): boolean {
    return this.#files > maxFiles
  }

  /** Counts a file of that path; false when there are too many by now, so that it need not be made. */
  add(path: string): boolean {
    this.#files += 1
    for (let at = path.lastIndexOf('/'); at > 0 && !this.isOver; at = path.lastIndexOf('/', at - 1)) {
      const directory = path.slice(0, at)
      if (this.#directories.has(directory)) break
      this.#directories.add(directory)
      this.#files += 1
    }
    return !this.isOver
  }

  /** What is wrong where there are too many; more of them may have come. */
  fault(): ProviderError {
    return fault('TOO_MANY_FILES', { files: this.#files, limit: maxFiles, unfinished: true })
  }
}
