import type { HttpReply } from './http-message.ts'
import { ReplyBody } from './reply-body.ts'
import { MalformedReply, replyTooLarge } from './transport-errors.ts'

const maxHeadBytes = 64 * 1024
const maxLineBytes = 4 * 1024
/** Of all that is neither head nor body: interim answers, extensions of chunks, trailers. */
const maxAsideBytes = 64 * 1024
const lineEnd = '\r\n'
const headEnd = '\r\n\r\n'

type Part = 'head' | 'counted' | 'until-close' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'whole'

/**
 * Reads one HTTP/1.1 response to a POST or GET from the bytes of a connection, however they are cut.
 *
 * By hand, since Node's own client costs several times what the rest of a call does (docs/performance.md). It takes
 * what RFC 9112 allows a server to send to such a request, and refuses everything doubtful: a reply that two
 * readers could end at different bytes must not decide what the next request on the connection gets.
 */
export class ResponseReader {
  readonly #maxBodyBytes: number
  #part: Part = 'head'
  #rest: Buffer = empty
  #status = 0
  #headers: Record<string, string> = {}
  readonly #body = new ReplyBody()
  /** What came beside head and body. */
  #asideBytes = 0
  /** Bytes to come of a counted body, or of a chunk. */
  #missing = 0
  #keepsAlive = false
  /** Whether the head has said how long the body is. */
  #isCounted = false

  constructor(maxBodyBytes: number) {
    this.#maxBodyBytes = maxBodyBytes
  }

  /** Whether another request may follow on the connection, once the reply is whole. */
  get reusable(): boolean {
    return this.#part === 'whole' && this.#keepsAlive && this.#rest.length === 0
  }

  /** How many bytes the body will have; where the head does not say, how many have come, and the most once those are many. */
  bodyBytes(many: number): number {
    const { length } = this.#body
    if (this.#isCounted) return length + this.#missing
    return length > many ? this.#maxBodyBytes : length
  }

  /** Takes what has come, and keeps nothing of `bytes`; gives the reply when that has made it whole. @throws {MalformedReply} */
  push(bytes: Buffer): HttpReply | undefined {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes])
    while (this.#step());
    if (this.#rest.length > 0) this.#rest = Buffer.from(this.#rest)
    return this.#part === 'whole' ? this.#reply() : undefined
  }

  /** The server has closed the connection: that ends a body without length, and cuts any other. */
  close(): HttpReply | undefined {
    if (this.#part !== 'until-close') return undefined
    this.#part = 'whole'
    return this.#reply()
  }

  /** Gives the memory of the body back: nobody waits for the reply, or needs it, any more. */
  release(): void {
    this.#body.release()
  }

  #reply(): HttpReply {
    const body = this.#body.bytes
    return { status: this.#status, headers: this.#headers, body, release: () => this.release() }
  }

  /** Reads as much as one part has; false when more must come first. */
  #step(): boolean {
    switch (this.#part) {
      case 'head':
        return this.#readHead()
      case 'counted':
        if (!this.#take()) return false
        this.#part = 'whole'
        return false
      case 'until-close':
        this.#missing = this.#rest.length
        this.#take()
        return false
      case 'chunk-size':
        return this.#readChunkSize()
      case 'chunk':
        if (!this.#take()) return false
        this.#part = 'chunk-end'
        return true
      case 'chunk-end': {
        const line = this.#line()
        if (line === undefined) return false
        if (line !== '') throw new MalformedReply('a chunk is longer than it says')
        this.#part = 'chunk-size'
        return true
      }
      case 'trailers': {
        const line = this.#line()
        if (line === '') this.#part = 'whole'
        else if (line !== undefined) this.#readTrailer(line)
        return line !== undefined && line !== ''
      }
      case 'whole':
        return false
    }
  }

  #readHead(): boolean {
    const end = this.#rest.indexOf(headEnd)
    if (end > maxHeadBytes || (end < 0 && this.#rest.length > maxHeadBytes)) {
      throw new MalformedReply(`the headers are larger than ${maxHeadBytes} bytes`)
    }
    if (end < 0) return false
    const [statusLine = '', ...fields] = this.#rest.toString('latin1', 0, end).split(lineEnd)
    this.#rest = this.#rest.subarray(end + headEnd.length)
    const [, minor, status] =
      /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?$/.exec(statusLine) ?? []
    if (status === undefined) throw new MalformedReply('the answer does not begin as HTTP/1.1 does')
    this.#status = Number(status)
    this.#headers = readFields(fields)
    if (this.#status === 101) throw new MalformedReply('the server changed the protocol')
    // 100 Continue, 103 Early Hints: the answer proper follows.
    if (this.#status < 200) {
      // What promises more and ends the connection is no interim answer; HTTP/1.0 has none.
      if (minor !== '1' || saysClose(this.#headers))
        throw new MalformedReply('an interim answer ends the connection')
      // Source: RFC 9110, 8.6 and RFC 9112, 6.1: it has neither.
      if ('content-length' in this.#headers || 'transfer-encoding' in this.#headers)
        throw new MalformedReply('an interim answer has a body')
      this.#setAside(end)
      return true
    }
    this.#begin(minor === '1')
    return true
  }

  #begin(isHttp11: boolean): void {
    const { connection = '', 'transfer-encoding': encoding, 'content-length': length } = this.#headers
    this.#keepsAlive = isHttp11 ? !saysClose(this.#headers) : /\bkeep-alive\b/i.test(connection)
    if (encoding !== undefined) {
      if (length !== undefined) throw new MalformedReply('the answer has two lengths')
      // Source: RFC 9112, 6.1: such a message has passed somebody who did not know of chunks.
      if (!isHttp11) throw new MalformedReply('HTTP/1.0 has no transfer encoding')
      if (encoding.toLowerCase() !== 'chunked') throw new MalformedReply('the transfer encoding is unknown')
    }
    if (length !== undefined && !/^\d{1,15}$/.test(length))
      throw new MalformedReply('the length is no number')
    if (this.#status === 204 || this.#status === 304) this.#part = 'whole'
    else if (encoding !== undefined) this.#part = 'chunk-size'
    else if (length === undefined) {
      this.#keepsAlive = false
      this.#part = 'until-close'
    } else {
      this.#expect(Number(length))
      this.#isCounted = true
      this.#part = 'counted'
    }
  }

  #readChunkSize(): boolean {
    const line = this.#line()
    if (line === undefined) return false
    const [, digits] = chunkLine.exec(line) ?? []
    if (digits === undefined) throw new MalformedReply('a chunk has no size')
    this.#expect(Number.parseInt(digits, 16))
    this.#setAside(line.length - digits.length)
    this.#part = this.#missing === 0 ? 'trailers' : 'chunk'
    return true
  }

  #expect(bytes: number): void {
    this.#missing = bytes
    if (this.#body.length + bytes > this.#maxBodyBytes) this.#tooLarge()
  }

  /** Moves what is there of the missing bytes into the body; whether none is missing any more. */
  #take(): boolean {
    const bytes = this.#rest.subarray(0, this.#missing)
    this.#rest = this.#rest.subarray(bytes.length)
    this.#missing -= bytes.length
    if (this.#body.length + bytes.length > this.#maxBodyBytes) this.#tooLarge()
    if (bytes.length > 0) this.#body.append(bytes, this.#missing)
    return this.#missing === 0
  }

  /** Nobody needs it, but what is no header there ends the reply elsewhere for another reader. */
  #readTrailer(line: string): void {
    this.#setAside(line.length)
    const colon = line.indexOf(':')
    const name = fieldName(line, colon)
    fieldValue(line, colon)
    // Source: RFC 9110, 6.5.1: what says where a message ends cannot come behind it.
    if (name === 'content-length' || name === 'transfer-encoding')
      throw new MalformedReply('the trailers speak of a length')
  }

  #setAside(bytes: number): void {
    this.#asideBytes += bytes
    if (this.#asideBytes > maxAsideBytes)
      throw new MalformedReply(`more than ${maxAsideBytes} bytes beside head and body`)
  }

  #tooLarge(): never {
    throw replyTooLarge(this.#maxBodyBytes)
  }

  #line(): string | undefined {
    const end = this.#rest.indexOf(lineEnd)
    if (end > maxLineBytes || (end < 0 && this.#rest.length > maxLineBytes)) {
      throw new MalformedReply('a line between chunks is too long')
    }
    if (end < 0) return undefined
    const line = this.#rest.toString('latin1', 0, end)
    this.#rest = this.#rest.subarray(end + lineEnd.length)
    return line
  }
}

const empty = Buffer.alloc(0)

/** A size, and extensions as RFC 9112, 7.1.1 has them, without blanks. */
const chunkLine = /^([\da-f]{1,8})(?:;[!#$%&'*+.^`|~\w-]+(?:=(?:[!#$%&'*+.^`|~\w-]+|"[\t !#-[\]-~]*"))?)*$/i

function readFields(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (const line of lines) {
    const colon = line.indexOf(':')
    const key = fieldName(line, colon)
    const value = fieldValue(line, colon)
    // RFC 9110, 5.6.3 allows a tab there, llhttp takes "chunked" with one for an encoding that it does not know.
    if ((key === 'transfer-encoding' || key === 'content-length') && line.includes('\t'))
      throw new MalformedReply('a tab beside the length')
    const before = headers[key]
    // A length said twice is one only when both agree.
    if (key === 'content-length' && before === value) continue
    headers[key] = before === undefined ? value : `${before}, ${value}`
  }
  return headers
}

/** Source: RFC 9110, 5.6.2: certain characters, of any case. */
function fieldName(line: string, colon: number): string {
  const name = line.slice(0, Math.max(colon, 0))
  const known = usualNames.get(name)
  if (known !== undefined) return known
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name)) throw new MalformedReply('a header has no proper name')
  return name.toLowerCase()
}

/** Those of every answer of AWS, as it writes them: they cost no check. */
const usualNames: ReadonlyMap<string, string> = new Map(
  ['x-amzn-RequestId', 'Content-Type', 'Content-Length', 'Date', 'Connection', 'Transfer-Encoding'].flatMap(
    (name) => [
      [name, name.toLowerCase()],
      [name.toLowerCase(), name.toLowerCase()],
    ],
  ),
)

/** Source: RFC 9110, 5.5: no control characters but the tab, and blanks around it are none of it. */
function fieldValue(line: string, colon: number): string {
  let from = colon + 1
  let to = line.length
  while (from < to && isBlank(line.charCodeAt(from))) from += 1
  while (to > from && isBlank(line.charCodeAt(to - 1))) to -= 1
  const value = line.slice(from, to)
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) throw new MalformedReply('a header has a control character')
  return value
}

function saysClose({ connection = '' }: Readonly<Record<string, string>>): boolean {
  return /\bclose\b/i.test(connection)
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09
}
