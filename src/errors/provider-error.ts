import { assumeRoleErrors } from './assume-role.ts'
import { clusterErrors } from './cluster.ts'
import { commandErrors } from './commands.ts'
import { contentErrors } from './content.ts'
import { filesErrors } from './files.ts'
import { identityErrors } from './identity.ts'
import type { ErrorKind, FinalStatus } from './kind.ts'
import { processErrors } from './process.ts'
import { requestErrors } from './request.ts'
import { storeErrors } from './store.ts'
import { stsErrors } from './sts.ts'

/** Every way to fail, by its stable code. The codes are API: documented, tested, a label of metrics. */
export const errorKinds = {
  ...requestErrors,
  ...clusterErrors,
  ...identityErrors,
  ...stsErrors,
  ...assumeRoleErrors,
  ...storeErrors,
  ...contentErrors,
  ...filesErrors,
  ...processErrors,
  ...commandErrors,
}

/** The stable codes. */
export type ErrorCode = keyof typeof errorKinds

/** What the sentence of a code is made from. */
export type ErrorDetails<Code extends ErrorCode> = Parameters<(typeof errorKinds)[Code]['sentence']>[0]

interface ErrorExtras {
  readonly cause?: unknown
  /** For the log alone: what changes from try to try (request ids, times) and must not stand in the text. */
  readonly log?: Readonly<Record<string, unknown>>
}

/**
 * The one error that crosses folders: a stable code, the gRPC status it ends a mount with, one line of text.
 *
 * The text never holds a secret value, a token or a credential, and is the same at every try of the same
 * failure, so that Kubernetes folds the events of a pod into one.
 */
export class ProviderError extends Error {
  override readonly name = 'ProviderError'
  readonly code: ErrorCode
  readonly status: FinalStatus
  readonly log: Readonly<Record<string, unknown>>

  constructor(code: ErrorCode, message: string, status: FinalStatus, extras: ErrorExtras = {}) {
    super(message, 'cause' in extras ? { cause: extras.cause } : undefined)
    this.code = code
    this.status = status
    this.log = extras.log ?? {}
  }
}

/** Builds the error of `code`; its sentence comes from the table. */
export function fault<Code extends ErrorCode>(
  code: Code,
  details: ErrorDetails<Code>,
  extras?: ErrorExtras,
): ProviderError {
  const { sentence, status } = errorKinds[code] as ErrorKind<ErrorDetails<Code>>
  return new ProviderError(code, onOneLine(sentence(details)), status, extras)
}

function onOneLine(text: string): string {
  return text.replace(/\s+/g, (space) => (space.includes('\n') ? ' ' : space))
}

/** More faults than any event has lines: whoever collects them stops there. */
export const mostFaults = 1_000
/** Of those, so many are in the message of them all. */
const mostTold = 100

/** Several faults of one mount as one error, a line each in the order given; code and status are the first one's. */
export class MountFaults extends ProviderError {
  readonly faults: readonly [ProviderError, ...ProviderError[]]

  constructor(faults: readonly [ProviderError, ...ProviderError[]]) {
    const [first] = faults
    const told = faults.slice(0, mostTold)
    super(first.code, told.map((each) => each.message).join('\n'), first.status, {
      log: { ...first.log, codes: [...new Set(faults.map((each) => each.code))], faults: faults.length },
    })
    this.faults = faults
  }
}

/** Faults of which nothing but the lines of their event is kept, those that fit. */
export class KeptFaults extends ProviderError {}

/** The faults of an error one by one, in their order. */
export function faultsOf(error: ProviderError): readonly [ProviderError, ...ProviderError[]] {
  return error instanceof MountFaults ? error.faults : [error]
}

/** What a pod's event says: `CODE: sentence`, a line for each fault. */
export function eventText(error: ProviderError): string {
  return faultsOf(error)
    .map((each) => (each instanceof KeptFaults ? each.message : `${each.code}: ${each.message}`))
    .join('\n')
}

/** Faults as one error: the one itself, or all of them together. */
export function collected(faults: readonly [ProviderError, ...ProviderError[]]): ProviderError {
  return faults.length === 1 ? faults[0] : new MountFaults(faults)
}

/**
 * Ends with what was collected, if it is anything.
 * @throws {ProviderError} all of it as one.
 */
export function throwCollected(faults: readonly ProviderError[]): void {
  const [first, ...rest] = faults
  if (first !== undefined) throw collected([first, ...rest])
}
