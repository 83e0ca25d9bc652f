import assert from 'node:assert/strict'
import http from 'node:http'
import { Duplex } from 'node:stream'
import { ResponseReader } from '../../src/http/response-reader.ts'
import { MalformedReply } from '../../src/http/transport-errors.ts'
import type { Random } from './harness/random.ts'
import type { FuzzTarget } from './harness/target.ts'

const maxBodyBytes = 2_000
const ok = 'HTTP/1.1 200 OK\r\n'

/**
 * The reader of AWS's answers beside Node's own client (llhttp): what ours takes, that one must read the same. Ours may
 * refuse more.
 */
export const target: FuzzTarget = {
  seeds: [
    `${ok}Content-Length: 3\r\n\r\nabc`,
    `${ok}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
    `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n`,
    `${ok}Transfer-Encoding: chunked\r\nTrailer: x\r\n\r\nA\r\n0123456789\r\n0\r\nx: y\r\n\r\n`,
    `${ok}Server: x\r\n\r\nabc`,
    `${ok}Connection: close\r\nContent-Length: 1\r\n\r\na`,
    `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na`,
    `HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 1\r\n\r\na`,
    'HTTP/1.1 204 \r\n\r\n',
    'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n',
    `HTTP/1.1 400\r\nx-amzn-RequestId: 1\r\nContent-Length: 2\r\n\r\n{}`,
  ],
  words: [
    '\r\n',
    '\r\n\r\n',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/1.0 200 OK\r\n',
    'HTTP/1.1 103 Early Hints\r\n\r\n',
    'Content-Length: ',
    'content-length: 0\r\n',
    'Transfer-Encoding: chunked\r\n',
    'Transfer-Encoding: gzip, chunked\r\n',
    'Connection: close\r\n',
    'Connection: keep-alive\r\n',
    'Keep-Alive: timeout=5\r\n',
    'chunked',
    'identity',
    '0\r\n\r\n',
    '1\r\na\r\n',
    'FFFFFFFF\r\n',
    ' ,',
    ';x=y',
    ': ',
    '\n',
  ],
  async tryInput(input, random) {
    const ours = readOurs(cut(input, random))
    // What comes behind a reply costs the connection, and is nothing to Node's reading of it.
    const nodes = await readNodes(cut(input.subarray(0, endOfReply(input)), random))
    if (typeof ours === 'string') return `${ours} / ${typeof nodes === 'string' ? nodes : 'taken'}`
    // RFC 9112, 6.3 lets a length be said twice, as long as both agree; llhttp never does.
    if (nodes === 'HPE_UNEXPECTED_CONTENT_LENGTH' && /content-length.*content-length/is.test(`${input}`))
      return 'a length said twice'
    assert.deepEqual(nodes, ours)
    return wayOf(ours)
  },
}

function wayOf({ status, headers, body }: Reading): string {
  const framing = ['transfer-encoding', 'content-length'].find((name) => name in headers) ?? 'until the end'
  const rest = ['connection', 'keep-alive', 'trailer'].filter((name) => name in headers).join(' ')
  return `${Math.floor(status / 100)}xx by ${framing}, ${body === '' ? 'empty' : 'with a body'}, ${rest}`
}

interface Reading {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function cut(input: Buffer, random: Random): readonly Buffer[] {
  const pieces: Buffer[] = []
  for (let at = 0; at < input.length; ) {
    const size = random.below(3) === 0 ? 1 + random.below(5) : 1 + random.below(input.length)
    pieces.push(input.subarray(at, at + size))
    at += size
  }
  return pieces
}

/** The reply, or why there is none. */
function readOurs(pieces: readonly Buffer[]): Reading | string {
  const reader = new ResponseReader(maxBodyBytes)
  try {
    for (const piece of pieces) {
      const reply = reader.push(Buffer.from(piece))
      if (reply !== undefined) return readingOf(reply)
    }
    const reply = reader.close()
    return reply === undefined ? 'cut' : readingOf(reply)
  } catch (error) {
    if (error instanceof MalformedReply) return error.message
    throw error
  }
}

/** Bytes of the first reply, by the same reader; all where it has no end of its own, or is none. */
function endOfReply(input: Buffer): number {
  let [cutAt, wholeAt] = [0, input.length]
  while (cutAt + 1 < wholeAt) {
    const middle = (cutAt + wholeAt) >> 1
    if (isWhole(input.subarray(0, middle))) wholeAt = middle
    else cutAt = middle
  }
  return wholeAt
}

function isWhole(input: Buffer): boolean {
  try {
    return new ResponseReader(maxBodyBytes).push(Buffer.from(input)) !== undefined
  } catch {
    return false
  }
}

function readingOf({ status, headers, body }: ReturnType<ResponseReader['push']> & object): Reading {
  return { status, headers: { ...headers }, body: body.toString('latin1') }
}

/** The same by Node's client, from a connection that gives the pieces and ends. */
function readNodes(pieces: readonly Buffer[]): Promise<Reading | string> {
  return new Promise((resolve) => {
    const wire = new Duplex({
      read() {},
      write: (_chunk, _encoding, done) => done(),
    })
    const outgoing = http.request({ createConnection: () => wire as never, method: 'GET', path: '/' })
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name))
    outgoing.on('upgrade', () => resolve('upgrade'))
    outgoing.on('close', () => resolve('closed'))
    outgoing.on('response', (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.name))
      incoming.on('end', () =>
        resolve(
          incoming.complete
            ? {
                status: incoming.statusCode ?? 0,
                headers: headersOf(incoming.rawHeaders),
                body: Buffer.concat(chunks).toString('latin1'),
              }
            : 'incomplete',
        ),
      )
    })
    outgoing.on('socket', () =>
      process.nextTick(() => {
        for (const piece of pieces) wire.push(Buffer.from(piece))
        wire.push(null)
      }),
    )
    outgoing.end()
  })
}

/** Repeated headers joined, and a length that is said twice taken once, as our reader does. */
function headersOf(raw: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {}
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase()
    const value = raw[at + 1] ?? ''
    const before = headers[name]
    if (name === 'content-length' && before === value) continue
    headers[name] = before === undefined ? value : `${before}, ${value}`
  }
  return headers
}
