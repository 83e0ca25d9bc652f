import { type WarningCode, warningKinds } from '../../class-file/warning-kinds.ts'
import type { ErrorKind } from '../../errors/kind.ts'
import {
  type ErrorCode,
  type ErrorDetails,
  errorKinds,
  eventText,
  fault,
} from '../../errors/provider-error.ts'
import type { Screen } from '../screen.ts'

/** Whether all of it are codes of errors and warnings, and so no names of files. */
export function areCodes(words: readonly string[]): words is readonly (ErrorCode | WarningCode)[] {
  return words.every((word) => Object.hasOwn(errorKinds, word) || Object.hasOwn(warningKinds, word))
}

/** Prints what docs/errors.md has about codes: an example of each line, the cause, what to do. */
export function explainCodes(codes: readonly (ErrorCode | WarningCode)[], screen: Screen): void {
  screen.print(
    codes.map((code) => (isError(code) ? errorEntry(code) : warningKinds[code].meaning)).join('\n\n'),
  )
}

function isError(code: ErrorCode | WarningCode): code is ErrorCode {
  return Object.hasOwn(errorKinds, code)
}

function errorEntry(code: ErrorCode): string {
  const { cause, remedy, examples } = errorKinds[code] as ErrorKind<ErrorDetails<ErrorCode>>
  const lines = examples.map((details) => `  ${eventText(fault(code, details))}`)
  return [...lines, '', cause, `What to do: ${remedy}`].join('\n')
}
