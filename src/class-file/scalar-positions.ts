import type { SourcePosition } from '../yaml/finding.ts'

/** A scalar as the package yaml gives it: its style, and where it stands in the source (offsets). */
export interface ScalarSource {
  readonly style: 'block' | 'plain' | 'single' | 'double'
  readonly start: number
  readonly end: number
  readonly text: string
}

/**
 * Finds where a place inside the text of a YAML scalar stands in the file: line and column in
 * `objects: |` become line and column of the file.
 *
 * Indentation, folding, line ends and escapes all change white space alone, so the characters that are none
 * are counted: the hundredth of the text is the hundredth of the source. Gives offsets into `source`.
 */
export function scalarPositions(source: string, scalar: ScalarSource): (at: SourcePosition) => number {
  let offsets: readonly number[] | undefined
  return ({ line, column }) => {
    offsets ??= visibleOffsets(source, scalar)
    const textLine = scalar.text.split('\n')[line - 1] ?? ''
    const before = visibleBefore(scalar.text, line, column)
    // White space behind something, where it is missed that something follows, belongs to what is before it.
    const isBehind = /^\s?$/.test(textLine.charAt(column - 1)) && /\S/.test(textLine.slice(0, column - 1))
    const at = isBehind ? undefined : offsets[before]
    if (at !== undefined) return at
    const last = offsets[Math.min(before, offsets.length) - 1]
    return last === undefined ? scalar.start : last + 1
  }
}

/** How many characters other than white space stand before a place. */
function visibleBefore(text: string, line: number, column: number): number {
  let start = 0
  for (let passed = 1; passed < line; passed += 1) {
    const end = text.indexOf('\n', start)
    if (end === -1) break
    start = end + 1
  }
  return text.slice(0, start + column - 1).replace(/\s/g, '').length
}

function visibleOffsets(source: string, { style, start, end }: ScalarSource): readonly number[] {
  const quoted = style === 'single' || style === 'double'
  let at = style === 'block' ? source.indexOf('\n', start) + 1 : quoted ? start + 1 : start
  const stop = quoted ? end - 1 : end
  const offsets: number[] = []
  while (at < stop) {
    const { length, text } = unitAt(source, at, style)
    for (let unit = 0; unit < text.length; unit += 1) if (/\S/.test(text.charAt(unit))) offsets.push(at)
    at += length
  }
  return offsets
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  _: '\u00a0',
  '\n': '',
  '\r': '',
}
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

/** The next unit of the source, one character or an escape, and what it stands for. */
function unitAt(source: string, at: number, style: ScalarSource['style']): { length: number; text: string } {
  const character = source.charAt(at)
  if (style === 'single' && character === "'") return { length: 2, text: "'" }
  if (style !== 'double' || character !== '\\') return { length: 1, text: character }
  const letter = source.charAt(at + 1)
  const digits = hexDigits[letter]
  if (digits === undefined) return { length: 2, text: escapes[letter] ?? letter }
  const point = Number.parseInt(source.slice(at + 2, at + 2 + digits), 16)
  return { length: 2 + digits, text: point <= 0x10ffff ? String.fromCodePoint(point) : '' }
}
