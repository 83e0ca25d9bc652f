/**
 * AWS's own sentence without what changes from try to try or names the session, on one line, 600 characters
 * at most: Kubernetes folds events only while their text stays the same.
 */
export function plainMessage(text: string): string {
  const plain = text
    .replace(/\s+/g, ' ')
    .replace(/(:assumed-role\/[^/\s]+)\/[^\s:,;]+/g, '$1')
    .replace(/[.;,]?\s*encoded authorization failure message:\s*\S+/gi, '')
    .replace(/\s*[([]?\s*request[ _-]?id[:= ]+[\w-]+\s*[)\]]?/gi, '')
    .replace(/\b\d{8}T\d{6}Z\b/g, '<time>')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/g, '<time>')
    .replace(/\bepoch time: \d+/gi, 'epoch time: <time>')
    .trim()
  const points = Array.from(plain)
  return points.length > 600 ? `${points.slice(0, 600).join('')}…` : plain
}
