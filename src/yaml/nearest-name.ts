/**
 * The name among `names` that `received` was probably meant to be, if one is near (case aside): `most` characters
 * apart, by default two, or a third of a long name.
 */
export function nearestName(received: string, names: readonly string[], most?: number): string | undefined {
  const text = received.toLowerCase()
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const name of names) {
    const near = most ?? Math.max(2, Math.floor(name.length / 3))
    // Also keeps the table below small, whatever was received.
    if (Math.abs(name.length - text.length) > near) continue
    const steps = distance(text, name.toLowerCase())
    if (steps <= near && steps < bestDistance) {
      best = name
      bestDistance = steps
    }
  }
  return best
}

/** Levenshtein: how many characters to add, remove or replace. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? 0
}
