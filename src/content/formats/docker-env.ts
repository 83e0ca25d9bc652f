import { FormatFault } from './format-fault.ts'

/**
 * A line as `docker run --env-file` reads it: everything behind the first `=` is the value, as it is. There are
 * no quotes, so that what needs them is refused.
 */
export function dockerEnvLine(key: string, value: string): string {
  if (/[\n\0]/.test(value))
    throw new FormatFault(key, 'docker reads one line a value, without NUL characters')
  if (value.endsWith('\r')) throw new FormatFault(key, 'docker drops a carriage return at the end')
  const line = `${key}=${value}\n`
  if (Buffer.byteLength(line) > maxLine)
    throw new FormatFault(key, `docker reads at most ${maxLine} bytes a line`)
  return line
}

/** Why docker cannot take a key for a name. */
export function dockerNameProblem(key: string): string | undefined {
  if (key === '') return 'it is empty'
  if (key.startsWith('#')) return 'a line that begins with # is a comment'
  return /[\s=\0]/u.test(key) ? 'docker takes no white space, = or NUL in a name' : undefined
}

/** Source: the buffer of Go's bufio.Scanner, which docker reads lines with. */
const maxLine = 65_535
