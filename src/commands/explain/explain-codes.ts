import { severityInWords } from '../../class-file/warning-kind.ts'
import { type OwnWarningCode, type WarningCode, warningKinds } from '../../class-file/warning-kinds.ts'
import type { ErrorKind } from '../../errors/kind.ts'
import {
  type ErrorCode,
  type ErrorDetails,
  errorKinds,
  eventText,
  fault,
} from '../../errors/provider-error.ts'
import { nearestName } from '../../yaml/nearest-name.ts'
import type { Screen } from '../screen.ts'

type Code = ErrorCode | WarningCode

/**
 * The codes that are asked for; undefined when the words are names of files. `isFile` tells of a word whether there is
 * such a file.
 * @throws {ProviderError} CODE_UNKNOWN; OPTIONS_DISAGREE for files beside codes.
 */
export function readCodes(
  words: readonly string[],
  isFile: (word: string) => boolean,
): readonly Code[] | undefined {
  const isMeant = (word: string) => codeOf(word) !== undefined || /^[A-Z]+_[A-Z_]+$/.test(word)
  if (!words.some((word) => isMeant(word) && !isFile(word))) return undefined
  return words.map((word) => {
    const code = codeOf(word)
    if (code !== undefined) return code
    if (isFile(word))
      throw fault('OPTIONS_DISAGREE', { reason: `${word} is a file: give explain files or codes, not both` })
    throw fault('CODE_UNKNOWN', { received: word, nearest: nearestName(word, codes) })
  })
}

const codes = [...Object.keys(errorKinds), ...Object.keys(warningKinds)] as readonly Code[]

function codeOf(word: string): Code | undefined {
  return codes.find((code) => code === word.toUpperCase())
}

/** Prints what docs/errors.md has about codes: an example of each line, the cause, what to do. */
export function explainCodes(asked: readonly Code[], screen: Screen): void {
  screen.print(asked.map((code) => (isError(code) ? errorEntry(code) : warningEntry(code))).join('\n\n'))
}

function warningEntry(code: OwnWarningCode): string {
  const kind = warningKinds[code]
  const lines = kind.examples.map((message) => `  ${code}: ${message}`)
  return [...lines, '', `${severityInWords(kind)} ${kind.meaning}`, `What to do: ${kind.remedy}`].join('\n')
}

function isError(code: Code): code is ErrorCode {
  return Object.hasOwn(errorKinds, code)
}

function errorEntry(code: ErrorCode): string {
  const { cause, remedy, examples } = errorKinds[code] as ErrorKind<ErrorDetails<ErrorCode>>
  const lines = examples.map((details) => `  ${eventText(fault(code, details))}`)
  return [...lines, '', cause, `What to do: ${remedy}`].join('\n')
}
