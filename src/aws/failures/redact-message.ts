/** AWS's own sentences have some hundred characters. It echoes names that strangers choose, as long as they like. */
const mostRead = 8_000

/**
 * AWS's own sentence without what changes from try to try or names the session, on one line, 600 characters
 * at most: Kubernetes folds events only while their text stays the same.
 */
export function eventMessage(text: string): string {
  const plain = readable(text)
    .replace(/(:assumed-role\/[^/ ]+)\/[^ :,;]+/g, '$1')
    .replace(/[.;,]? ?encoded authorization failure message: ?[^ ]+/gi, '')
    .replace(/[;,] ?request[ _-]?id ?[:=] ?[\w-]+/gi, '')
    .replace(/ ?[([]? ?\brequest[ _-]?id\b[:= ]+[\w-]+ ?[)\]]?/gi, '')
    .replace(/\b\d{8}T\d{6}Z\b/g, '<time>')
    .replace(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?/g, '<time>')
    .replace(/\b(epoch time:|date\/time) ?\d{9,}/gi, '$1 <time>')
    .trim()
  // Once more: what was left out may have stood within a token.
  return cut(withoutTokens(plain), 600)
}

/** AWS's own sentence for the log: whole, as far as it may be read by people. */
export function loggedMessage(text: string): string {
  return cut(readable(text).trim(), 1_000)
}

/** The beginning of a text, on one line, without credentials. Cut first: what follows looks at each character. */
function readable(text: string): string {
  const line = text.slice(0, mostRead).replace(/\s+/g, ' ')
  return withoutCredentials(text.length > mostRead ? withoutOpenValue(line) : line)
}

/** A value that the cut left without its end: what would show that it is a token may have stood behind it. */
function withoutOpenValue(line: string): string {
  const start = line.lastIndexOf("Value '")
  return start === -1 || line.includes("' at '", start) ? line : line.slice(0, start)
}

/**
 * A credential must not come back as an echo: STS quotes a web identity token that it finds malformed, and a
 * refused signature is answered with the request as it should have been signed, session token included.
 */
function withoutCredentials(line: string): string {
  const quoted = line
    .replace(/ ?The Canonical String for this request should have been.*/i, '')
    .replace(/(x-amz-security-token ?[:=] ?)[^ ]+/gi, '$1<redacted>')
    .replace(/(Value ')[^']*(' at 'webIdentityToken')/gi, '$1<redacted>$2')
  return withoutTokens(quoted)
}

function withoutTokens(line: string): string {
  return line.replace(/eyJ[\w-]{8,}(\.[\w-]*){0,4}/g, '<redacted>')
}

function cut(text: string, length: number): string {
  const points = Array.from(text)
  return points.length > length ? `${points.slice(0, length).join('')}…` : text
}
