import type { EventEmitter } from 'node:events'
import { describeDefect } from '../errors/describe-defect.ts'
import type { Log } from '../process/log.ts'

/** How an error that belongs to no mount arrives. Source: Node, events of process. */
export type StrayError = 'uncaughtException' | 'unhandledRejection'

/**
 * Watches for errors that no mount catches: each is counted, and logged without its message, which could quote a secret.
 *
 * No such mistake ends the mounts of all at once. But after an exception out of nowhere nobody knows what it left half
 * done: `fatal` is called with the first, so that the process stops in order and a fresh one takes over. A promise that
 * nobody waited for leaves nothing half done, and the process goes on.
 */
export function watchStrayErrors(
  process: EventEmitter,
  log: Pick<Log, 'error'>,
  count: (kind: StrayError) => void,
  fatal: () => void,
): void {
  const report = (kind: StrayError) => (error: unknown) => {
    count(kind)
    log.error({ kind, ...describeDefect(error) }, 'unexpected error outside of a mount')
    if (kind === 'uncaughtException') fatal()
  }
  process.on('uncaughtException', report('uncaughtException'))
  process.on('unhandledRejection', report('unhandledRejection'))
}
