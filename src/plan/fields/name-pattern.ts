/** The patterns of include or exclude; several stars in a row mean one, and cost as many. */
export function patternsOf(written: readonly { readonly text: string }[]): readonly string[] {
  return written.map(({ text }) => text.replace(/\*+/g, '*'))
}

/** Whether include and exclude take a name: no include takes all. `matches` is matchesPattern, or one that counts its work. */
export function isTaken(
  name: string,
  { include, exclude }: { readonly include: readonly string[]; readonly exclude: readonly string[] },
  matches: typeof matchesPattern = matchesPattern,
): boolean {
  const fits = (pattern: string) => matches(name, pattern)
  return (include.length === 0 || include.some(fits)) && !exclude.some(fits)
}

/**
 * Whether a name is what a pattern says: `*` stands for any characters, none included, all else for itself. Looks at each
 * piece between two stars once, at the first place where it fits: the time goes with the lengths added, not multiplied.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  const [first = '', ...pieces] = pattern.split('*')
  const last = pieces.pop()
  if (last === undefined) return name === pattern
  const end = name.length - last.length
  let at = first.length
  if (end < at || !name.startsWith(first) || !name.endsWith(last)) return false
  for (const piece of pieces) {
    const found = name.indexOf(piece, at)
    if (found === -1) return false
    at = found + piece.length
  }
  return at <= end
}
