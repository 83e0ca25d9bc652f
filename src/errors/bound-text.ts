/** As much text travels with a status at most, counted as it travels: percent-encoded, in one header. */
const maxEncodedBytes = 8 * 1024

/**
 * Keeps as many lines of `text` as fit, and says how many errors (a line each) do not.
 *
 * Clients bound the headers they accept (Node's 64 KiB for all of them), and a broken surrogate pair would make
 * grpc-js throw instead of answer. The log takes no more either: a class with thousands of mistakes is refused at every
 * retry.
 */
export function boundText(text: string): string {
  const wellFormed = text.toWellFormed()
  // What is longer already need not be encoded to be known for it.
  if (wellFormed.length <= maxEncodedBytes && encodedBytes(wellFormed) <= maxEncodedBytes) return wellFormed
  const lines = wellFormed.split('\n')
  const room = maxEncodedBytes - encodedBytes(`\n${more(lines.length)}`)
  const kept: string[] = []
  let used = 0
  for (const line of lines) {
    used += encodedBytes(`${line}\n`)
    if (used > room) break
    kept.push(line)
  }
  if (kept.length === 0) kept.push(cutLine(lines[0] ?? '', room))
  const left = lines.length - kept.length
  return left === 0 ? kept.join('\n') : [...kept, more(left)].join('\n')
}

function more(errors: number): string {
  return `… and ${errors} more ${errors === 1 ? 'error' : 'errors'}`
}

function cutLine(line: string, room: number): string {
  let kept = ''
  let used = encodedBytes('…')
  for (const character of line) {
    used += encodedBytes(character)
    if (used > room) break
    kept += character
  }
  return `${kept}…`
}

function encodedBytes(text: string): number {
  return encodeURI(text).length
}
