/**
 * AWS's own sentence without what changes from try to try or names the session, on one line, 600 characters
 * at most: Kubernetes folds events only while their text stays the same.
 */
export function eventMessage(text: string): string {
  const plain = withoutCredentials(text)
    .replace(/\s+/g, ' ')
    .replace(/(:assumed-role\/[^/\s]+)\/[^\s:,;]+/g, '$1')
    .replace(/[.;,]?\s*encoded authorization failure message:\s*\S+/gi, '')
    .replace(/[;,]\s*request[ _-]?id\s*[:=]\s*[\w-]+/gi, '')
    .replace(/\s*[([]?\s*\brequest[ _-]?id\b[:= ]+[\w-]+\s*[)\]]?/gi, '')
    .replace(/\b\d{8}T\d{6}Z\b/g, '<time>')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/g, '<time>')
    .replace(/\b(epoch time:|date\/time)\s*\d{9,}/gi, '$1 <time>')
    .trim()
  return cut(plain, 600)
}

/** AWS's own sentence for the log: whole, as far as it may be read by people. */
export function loggedMessage(text: string): string {
  return cut(withoutCredentials(text).replace(/\s+/g, ' ').trim(), 4_000)
}

/**
 * A credential must not come back as an echo: STS quotes a web identity token that it finds malformed, and a
 * refused signature is answered with the request as it should have been signed, session token included.
 */
function withoutCredentials(text: string): string {
  return text
    .replace(/\s*The Canonical String for this request should have been[\s\S]*$/i, '')
    .replace(/(x-amz-security-token\s*[:=]\s*)\S+/gi, '$1<redacted>')
    .replace(/(Value ')[^']*(' at 'webIdentityToken')/gi, '$1<redacted>$2')
    .replace(/\beyJ[\w-]{8,}(\.[\w-]*){0,4}/g, '<redacted>')
}

function cut(text: string, length: number): string {
  const points = Array.from(text)
  return points.length > length ? `${points.slice(0, length).join('')}…` : text
}
