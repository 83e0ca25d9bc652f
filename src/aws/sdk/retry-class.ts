import { isThrottlingError, isTransientError } from '@smithy/core/retry'
import type { RetryClass } from '../failures/failure.ts'

/** Notes on an error of the SDK what its own retries would make of it; `$fault` and `$retryable` alone lie. */
export function withRetryClass(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const sdk = error as Parameters<typeof isThrottlingError>[0]
  const retryClass: RetryClass = { throttling: isThrottlingError(sdk), transient: isTransientError(sdk) }
  return Object.assign(error, { retryClass })
}
