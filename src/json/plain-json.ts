/**
 * JSON.parse without its error, which quotes what it read; undefined where the text is no JSON.
 *
 * For what Kubernetes and the driver send. The value of a secret is read by parseJson, which loses nothing of it.
 */
export function readPlainJson(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** What a value of plain JSON is, in words for a sentence: "a list", "an object", "missing". */
export function plainKind(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
