const truths = ['true', 'True', 'TRUE', 't', 'T', '1'] as const
const untruths = ['false', 'False', 'FALSE', 'f', 'F', '0'] as const

/** All that Go's strconv.ParseBool takes. */
export const booleanWords = [...truths, ...untruths] as const

const values: ReadonlyMap<string, boolean> = new Map([
  ...truths.map((word) => [word, true] as const),
  ...untruths.map((word) => [word, false] as const),
])

/** Reads a boolean as Go's strconv.ParseBool does; undefined for any other text, the empty one included. */
export function parseGoBoolean(text: string): boolean | undefined {
  return values.get(text)
}
