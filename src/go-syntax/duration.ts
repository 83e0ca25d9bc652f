/**
 * Reads a Go duration (`2s`, `100ms`, `1m30s`, `1.5h`, `-2s`, `0`) as time.ParseDuration does.
 *
 * Milliseconds, with a fraction where the text is finer; undefined when Go would refuse it.
 */
export function parseGoDuration(text: string): number | undefined {
  const match = /^([+-]?)(0|(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+)$/.exec(text)
  if (match === null) return undefined
  const [, sign = '', parts = ''] = match

  let total = 0
  for (const part of parts.split(/(?<=[a-z\u00b5\u03bc])(?=[\d.])/)) {
    const unit = part.replace(/^[\d.]+/, '')
    total += Number(part.slice(0, part.length - unit.length)) * (millisecondsOf.get(unit) ?? 0)
  }
  if (total > longest) return undefined
  return sign === '-' && total !== 0 ? -total : total
}

/** Go counts nanoseconds in 64 bits: about 292 years. */
const longest = 2 ** 63 / 1e6

const millisecondsOf: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  // The micro sign and the Greek letter: Go takes both.
  ['\u00b5s', 1e-3],
  ['\u03bcs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
])
