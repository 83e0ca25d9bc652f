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
    const steps = distance(text, name.toLowerCase(), near)
    if (steps <= near && steps < bestDistance) {
      best = name
      bestDistance = steps
    }
  }
  return best
}

/** Levenshtein: how many characters to add, remove or replace; Infinity for more than `most`. */
function distance(one: string, other: string, most: number): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i]
    let least = i
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1)
      const steps = Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1)
      next.push(steps)
      if (steps < least) least = steps
    }
    // No row has less than the one before.
    if (least > most) return Number.POSITIVE_INFINITY
    row = next
  }
  return row[other.length] ?? 0
}
