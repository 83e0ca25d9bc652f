import { FormatFault } from './format-fault.ts'

/**
 * A line of an ini file as Python's configparser and the tools of AWS read it: the value is what stands behind
 * the `=`, without quotes and escapes. What would not come back so is refused.
 */
export function iniLine(key: string, value: string): string {
  if (hasLineEnd.test(value))
    throw new FormatFault(key, 'an ini file has one line a value, without NUL characters')
  if (value.trim() !== value)
    throw new FormatFault(key, 'white space at the ends of a value is lost in an ini file')
  return `${key} = ${value}\n`
}

/** Why a key can be no name in an ini file. */
export function iniNameProblem(key: string): string | undefined {
  if (key === '' || key.trim() !== key) return 'it is empty, or has white space at its ends'
  if (/^[#;[]/.test(key)) return 'a line that begins with #, ; or [ is something else in an ini file'
  return /[=:]/.test(key) || hasLineEnd.test(key)
    ? 'an ini file takes no =, : or line end in a name'
    : undefined
}

/** All that any reader takes for the end of a line (Python's splitlines among them), and NUL. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const hasLineEnd = /[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029\0]/
