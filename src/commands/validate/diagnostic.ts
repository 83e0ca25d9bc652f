import type { WarningCode } from '../../class-file/warning-kinds.ts'
import type { ErrorCode } from '../../errors/provider-error.ts'
import type { Screen } from '../screen.ts'
import { excerptOf } from './excerpt.ts'

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

const colours = { error: 'red', warning: 'yellow', note: 'cyan' } as const

/**
 * Shows findings as compilers do: `file:line:column: severity: CODE: sentence`, so that editors can jump there, and the
 * line of the file with a marker under the place. `texts` has the files by their names.
 */
export function showDiagnostics(
  diagnostics: readonly Diagnostic[],
  texts: ReadonlyMap<string, string>,
  screen: Screen,
  to: 'output' | 'error' = 'output',
): void {
  for (const diagnostic of diagnostics) {
    const { file, line, column, code, severity, message } = diagnostic
    const colour = colours[severity]
    screen.show(
      [
        ['bold', `${file}:${line}:${column}: `],
        [colour, `${severity}: ${code}: `],
        message.replaceAll('\n', ' '),
      ],
      to,
    )
    const excerpt = excerptOf(texts.get(file) ?? '', diagnostic, screen.columns)
    if (excerpt === undefined) continue
    screen.show([excerpt.source], to)
    screen.show([excerpt.indent, [colour, excerpt.marker]], to)
  }
}

/** In the order of the text; stable, so that what stands at one place keeps the order it was found in. */
export function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.line - b.line || a.column - b.column)
}
