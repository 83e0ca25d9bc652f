import type { WarningCode } from '../../class-file/warning-kinds.ts'
import type { ErrorCode } from '../../errors/provider-error.ts'

/** `error` fails a mount, `warning` probably does not do what was meant, `note` is good to know. */
export type Severity = 'error' | 'warning' | 'note'

/** One thing that `validate` has to say, with its place in a file (both counted from 1). */
export interface Diagnostic {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly code: ErrorCode | WarningCode
  readonly severity: Severity
  readonly message: string
}

/** `file:line:column: code: sentence`, as compilers write it, so that editors can jump there. */
export function diagnosticLine({ file, line, column, code, message }: Diagnostic): string {
  return `${file}:${line}:${column}: ${code}: ${message}`
}

/** In the order of the text; stable, so that what stands at one place keeps the order it was found in. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.line - b.line || a.column - b.column)
}
