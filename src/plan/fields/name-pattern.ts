/** Whether include and exclude take a name: no include takes all. `matches` is matchesPattern, or one that counts its work. */
export function isTaken(
  name: string,
  { include, exclude }: { readonly include: readonly string[]; readonly exclude: readonly string[] },
  matches: typeof matchesPattern = matchesPattern,
): boolean {
  const fits = (pattern: string) => matches(name, pattern)
  return (include.length === 0 || include.some(fits)) && !exclude.some(fits)
}

/** Whether a name is what a pattern says: `*` stands for any characters, none included, all else for itself. */
export function matchesPattern(name: string, pattern: string): boolean {
  let at = 0
  let inPattern = 0
  // Where to go on after a mismatch: behind the last star, one character further.
  let star = -1
  let retry = 0
  while (at < name.length) {
    if (pattern[inPattern] === '*') {
      star = inPattern++
      retry = at
    } else if (pattern[inPattern] === name[at]) {
      inPattern++
      at++
    } else if (star !== -1) {
      inPattern = star + 1
      at = ++retry
    } else {
      return false
    }
  }
  while (pattern[inPattern] === '*') inPattern++
  return inPattern === pattern.length
}
