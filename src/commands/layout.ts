/**
 * A string with everything but what can be seen, spaces and line ends written out: names come from whoever wrote the
 * file, and an escape sequence in one must not reach a terminal.
 */
export function printable(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}

/** Characters that terminals show two columns wide, and those that add none. Source: Unicode, UAX 11. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u
const combining = /\p{M}/u

/** Columns that a string takes in a terminal. */
export function displayWidth(text: string): number {
  let width = 0
  for (const character of text) {
    if (character < '\u0300') width += 1
    else if (!combining.test(character)) width += wide.test(character) ? 2 : 1
  }
  return width
}

/**
 * Breaks a string into lines of at most `width` columns, between words; a word that is longer stands alone and is not
 * broken, so that it can still be copied.
 */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && displayWidth(line) + 1 + displayWidth(word) > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/**
 * Rows as columns, two spaces apart; numbers to the right. What is wider than `columns` has its last column below the
 * others, and a first cell that is still too long on a line of its own.
 */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  columns = Number.POSITIVE_INFINITY,
): string {
  const texts = [
    header,
    ...rows.map((row) => row.map((cell) => printable(String(cell)).replaceAll('\n', '\\n'))),
  ]
  const widths = header.map((_, column) => Math.max(...texts.map((row) => displayWidth(row[column] ?? ''))))
  const widthOf = (shown: readonly number[]) => shown.reduce((sum, width) => sum + width + 2, -2)
  const isTooWide = widthOf(widths) > columns
  const last = header.length - 1
  const isStacked = isTooWide && typeof rows[0]?.[last] !== 'number'
  const [firstWidth = 0, ...otherWidths] = isStacked ? widths.slice(0, last) : widths
  const room = Math.max(8, columns - widthOf([0, ...otherWidths]))
  const first = isTooWide ? Math.min(firstWidth, room) : firstWidth
  const lines = texts.flatMap((row, index) => {
    const isNumber = (column: number) => typeof rows[Math.max(0, index - 1)]?.[column] === 'number'
    const padded = [first, ...otherWidths].map((width, column) => {
      const cell = row[column] ?? ''
      const padding = ' '.repeat(Math.max(0, width - displayWidth(cell)))
      return isNumber(column) ? padding + cell : cell + padding
    })
    const [begin = '', ...more] = padded
    const shown =
      displayWidth(begin) > first
        ? [begin, ['  '.padStart(first), ...more].join('  ')]
        : [[begin, ...more].join('  ')]
    const below = isStacked ? wrap(row[last] ?? '', columns - 4).map((line) => `    ${line}`) : []
    return [...shown, ...below].map((line) => line.trimEnd())
  })
  return lines.join('\n')
}
