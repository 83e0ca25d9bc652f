import type { ProviderError } from '../errors/provider-error.ts'

/** Where something stands in the text of `objects`, both counted from 1. */
export interface SourcePosition {
  readonly line: number
  readonly column: number
}

/** A fault and, where it belongs to one, the place in the text of `objects`. */
export interface Finding {
  readonly fault: ProviderError
  readonly line?: number
  readonly column?: number
}

/** Puts a fault at its position. */
export function finding(fault: ProviderError, at: SourcePosition): Finding {
  return { fault, line: at.line, column: at.column }
}

/** Something odd in a SecretProviderClass that fails no mount. The code is stable. */
export interface PlanWarning {
  readonly code: 'FIELD_UNKNOWN' | 'REPEATED_FIELD'
  /** A sentence for the log. */
  readonly message: string
  /** Counted from 1, within the text of `objects`. */
  readonly line: number
  readonly column: number
}
