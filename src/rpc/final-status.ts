import { status } from '@grpc/grpc-js'
import { boundText } from '../errors/bound-text.ts'
import type { FinalStatus } from '../errors/kind.ts'
import { eventText, type ProviderError } from '../errors/provider-error.ts'

/**
 * The only statuses that a mount ends with. CANCELLED, DEADLINE_EXCEEDED, UNAVAILABLE, RESOURCE_EXHAUSTED and
 * ABORTED are none of them: kubelet takes those for "maybe mounted" and starts the pod with an empty volume.
 */
const statusOf: Readonly<Record<FinalStatus, status>> = {
  INVALID_ARGUMENT: status.INVALID_ARGUMENT,
  FAILED_PRECONDITION: status.FAILED_PRECONDITION,
  PERMISSION_DENIED: status.PERMISSION_DENIED,
  NOT_FOUND: status.NOT_FOUND,
  INTERNAL: status.INTERNAL,
}

/** An error as it goes to the driver, and from there into the pod's events. */
export function toFinalStatus(error: ProviderError): { readonly code: status; readonly details: string } {
  return { code: statusOf[error.status] ?? status.INTERNAL, details: boundText(eventText(error)) }
}
