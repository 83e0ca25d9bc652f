import { displayWidth, printable } from '../layout.ts'

/** The line of a file with a marker under a place, as compilers show it. */
export interface Excerpt {
  /** Line number and text. */
  readonly source: string
  /** What stands before the marker. */
  readonly indent: string
  readonly marker: string
}

/** Cuts what a terminal of `width` columns would wrap; undefined where the file has no such line. */
export function excerptOf(
  text: string,
  { line, column }: { readonly line: number; readonly column: number },
  width = Number.POSITIVE_INFINITY,
): Excerpt | undefined {
  const whole = text.split(/\r?\n/, line)[line - 1]?.replaceAll('\t', ' ')
  if (whole === undefined || whole.trim() === '') return undefined
  const at = Math.min(column - 1, whole.length)
  const gutter = `${line} | `.padStart(7)
  const most = Math.max(20, width - gutter.length - 2)
  // Enough of what is before the place to know where it is.
  const from = at < most * 0.7 ? 0 : at - Math.floor(most / 2)
  const before = printable(whole.slice(from, at))
  const lead = from > 0 ? '…' : ''
  const rest = whole.slice(at, from + most)
  const tail = from + most < whole.length ? '…' : ''
  const word = /^(?:"[^"]*"?|'[^']*'?|[^\s,}\]]+)/.exec(rest)?.[0] ?? ''
  return {
    source: `${gutter}${lead}${before}${printable(rest)}${tail}`,
    indent: `${' '.repeat(gutter.length - 2)}| ${' '.repeat(lead.length + displayWidth(before))}`,
    marker: '^'.padEnd(Math.max(1, displayWidth(printable(word))), '~'),
  }
}
