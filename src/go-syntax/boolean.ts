const truths: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const untruths: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/** Reads a boolean as Go's strconv.ParseBool does; undefined for any other text, the empty one included. */
export function parseGoBoolean(text: string): boolean | undefined {
  if (truths.has(text)) return true
  return untruths.has(text) ? false : undefined
}
