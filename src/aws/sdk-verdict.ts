import { isThrottlingError, isTransientError } from '@smithy/core/retry'
import type { SdkVerdict } from './failure.ts'

/** Notes on an error of the SDK what its own retries would make of it; `$fault` and `$retryable` alone lie. */
export function judged(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const sdk = error as Parameters<typeof isThrottlingError>[0]
  const verdict: SdkVerdict = { throttling: isThrottlingError(sdk), transient: isTransientError(sdk) }
  return Object.assign(error, { verdict })
}
