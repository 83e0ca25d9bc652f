/** What several measurements of one thing came to. */
export interface Spread {
  readonly minimum: number
  readonly median: number
  readonly maximum: number
  /** How many measurements. */
  readonly samples: number
}

export function spreadOf(values: readonly number[]): Spread {
  return {
    minimum: Math.min(...values),
    median: percentile(values, 50),
    maximum: Math.max(...values),
    samples: values.length,
  }
}

/** The value that so many percent do not exceed (nearest rank; of an even number's median, the mean). NaN of none. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  const { length } = sorted
  if (percent === 50 && length > 0 && length % 2 === 0) {
    return ((sorted[length / 2 - 1] ?? Number.NaN) + (sorted[length / 2] ?? Number.NaN)) / 2
  }
  return sorted[Math.max(0, Math.ceil((percent / 100) * length) - 1)] ?? Number.NaN
}

/** How much y grows for each x, by least squares. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (pick: 0 | 1) => points.reduce((sum, point) => sum + point[pick], 0) / points.length
  const [meanX, meanY] = [mean(0), mean(1)]
  const above = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0)
  const below = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return below === 0 ? 0 : above / below
}

/** Of fewer measurements than three, chance may have shown one side alone: they count as this much wider. */
const unseen = 0.2

/**
 * Whether a figure moved by more than chance: the ranges of both runs lie apart, and the medians differ by more
 * than 5 % and by more than the smaller run's range.
 */
export function hasMoved(before: Spread, now: Spread): boolean {
  const [old, young] = [widened(before), widened(now)]
  const apart = young.minimum > old.maximum || young.maximum < old.minimum
  const difference = Math.abs(now.median - before.median)
  const ranges = [before.maximum - before.minimum, now.maximum - now.minimum]
  return apart && difference > 0.05 * Math.abs(before.median) && difference > Math.min(...ranges)
}

function widened(spread: Spread): Spread {
  if (spread.samples >= 3) return spread
  const more = unseen * Math.abs(spread.median)
  return { ...spread, minimum: spread.minimum - more, maximum: spread.maximum + more }
}
