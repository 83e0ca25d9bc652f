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

export function finding(fault: ProviderError, at: SourcePosition): Finding {
  return { fault, line: at.line, column: at.column }
}
