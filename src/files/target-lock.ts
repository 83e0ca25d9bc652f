import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { untilAborted } from '../process/until-aborted.ts'

/**
 * One writer at a time for each target path. Built once and handed to every write; two of them know nothing
 * of each other, as two processes on one node do during a rolling update.
 */
export class TargetLocks {
  /** Marks the hidden entries that writers under these locks make, so that they know their own debris. */
  readonly owner = randomBytes(4).toString('hex')
  readonly #tails = new Map<string, Promise<void>>()

  /** Runs `action` when all earlier ones of the same path are done; an aborted signal ends the wait with its reason. */
  async run<T>(targetPath: string, signal: AbortSignal, action: () => Promise<T>): Promise<T> {
    signal.throwIfAborted()
    const path = resolve(targetPath)
    const previous = this.#tails.get(path)
    const { promise: done, resolve: release } = Promise.withResolvers<void>()
    // One that gives up waiting must not let its successor past those before it: hence previous AND done.
    const tail = previous === undefined ? done : previous.then(() => done)
    this.#tails.set(path, tail)
    tail.then(() => {
      if (this.#tails.get(path) === tail) this.#tails.delete(path)
    })
    try {
      if (previous !== undefined) await untilAborted(previous, signal)
      signal.throwIfAborted()
      return await action()
    } finally {
      release()
    }
  }
}
