import { fault, type ProviderError } from '../errors/provider-error.ts'
import { maxFiles } from '../plan/objects/object-list.ts'

/** Counts the files of a volume before they are made: keys and members of sets may come to any number. */
export class FileCount {
  #files = 0

  /** Whether there are too many by now, so that no more need be made. */
  get isOver(): boolean {
    return this.#files > maxFiles
  }

  /** Counts files; false when there are too many by now, so that these need not be made. */
  add(files: number): boolean {
    this.#files += files
    return !this.isOver
  }

  /** What is wrong where there are too many; more of them may have come. */
  get fault(): ProviderError {
    return fault('TOO_MANY_FILES', { files: this.#files, limit: maxFiles, unfinished: true })
  }
}
