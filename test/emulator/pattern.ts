/** Says whether the text fits one of the patterns, in which `*` stands for any text; no patterns fit all. */
export function fits(patterns: readonly string[] | undefined, text: string): boolean {
  return patterns === undefined || patterns.some((pattern) => fitsOne(pattern, text))
}

function fitsOne(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) {
    return pattern === text
  }
  const parts = pattern.split('*')
  const first = parts[0] ?? ''
  const last = parts.at(-1) ?? ''
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) {
    return false
  }
  let position = first.length
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, position)
    if (found < 0 || found + part.length > text.length - last.length) {
      return false
    }
    position = found + part.length
  }
  return true
}
