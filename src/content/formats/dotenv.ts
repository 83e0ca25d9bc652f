import type { PaidText } from '../../json/paid-text.ts'
import { FormatFault } from './format-fault.ts'

/**
 * Adds a line that a POSIX shell reads as exactly this value, and that no other reader of such files takes for two.
 *
 * Bare where that is safe, else in single quotes, else in double quotes. A value that ends with a backslash
 * never has a quote behind it: npm's dotenv and python-dotenv take `\'` and `\"` for the value going on, into
 * the lines below. Its double quotes are followed by ` #"`, a comment to the shell and the end to them.
 */
export function writeDotenvLine(key: string, value: string, text: PaidText): void {
  if (value.includes('\0')) throw new FormatFault(key, 'a shell cannot hold a NUL character')
  text.add(`${key}=`)
  writeShellWord(value, text)
  text.add('\n')
}

/** Why a key can be no variable of a shell. */
export function shellNameProblem(key: string): string | undefined {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key)
    ? undefined
    : 'a variable of a shell has letters, digits and underscores alone, and no digit at its beginning'
}

function writeShellWord(value: string, text: PaidText): void {
  const endsInBackslash = value.endsWith('\\')
  if (/^[A-Za-z0-9_./:@%+,=-]*$/.test(value)) text.add(value)
  else if (!value.includes("'") && !endsInBackslash) {
    text.add("'")
    text.add(value)
    text.add("'")
  } else {
    text.add('"')
    text.addEscaped(value, (slice) => slice.replace(/["$\\`]/g, '\\$&'))
    text.add(endsInBackslash ? '" #"' : '"')
  }
}
