/** A request whose body is at hand as a whole. */
export interface HttpRequestParts {
  readonly method: 'GET' | 'POST'
  /** With the query, encoded. */
  readonly path: string
  /** `host` among them; the length of the body is added. */
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/**
 * A request as it goes over the wire, in one piece.
 *
 * @throws {TypeError} for a path or header that could be read as more than one: values from outside must not add headers
 *   of their own.
 */
export function requestBytes({ method, path, headers, body = '' }: HttpRequestParts): Buffer {
  if (!/^[\x21-\x7e]+$/.test(path))
    throw new TypeError('the path of a request has a character that is not allowed')
  const isText = typeof body === 'string'
  const length = isText ? Buffer.byteLength(body) : body.byteLength
  let head = `${method} ${path} HTTP/1.1\r\n`
  for (const name in headers) {
    if (name.toLowerCase() === 'content-length') continue
    const value = headers[name] ?? ''
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw new TypeError(
        `the header ${JSON.stringify(name)} of a request has a character that is not allowed`,
      )
    }
    head += `${name}: ${value}\r\n`
  }
  if (method === 'POST') head += `content-length: ${length}\r\n`
  head += '\r\n'
  // The head is ASCII, so that one encoding serves both.
  return isText ? Buffer.from(head + body) : Buffer.concat([Buffer.from(head), body])
}
