import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { test } from 'node:test'
import fc from 'fast-check'
import { ResponseReader } from './response-reader.ts'
import { MalformedReply } from './transport-errors.ts'

const limit = 1000

/** Gives the reader a text in pieces of so many bytes, then the end of the connection. */
function read(text: string, pieceSize = text.length) {
  const reader = new ResponseReader(limit)
  const bytes = Buffer.from(text, 'latin1')
  let reply: ReturnType<ResponseReader['push']>
  for (let at = 0; at < bytes.length; at += pieceSize) {
    reply = reader.push(bytes.subarray(at, at + pieceSize)) ?? reply
  }
  const reusable = reader.reusable
  reply ??= reader.close()
  return { reply, reusable, body: reply?.body.toString('latin1') }
}

const ok = 'HTTP/1.1 200 OK\r\n'

const good: readonly [sentence: string, text: string, body: string, reusable: boolean][] = [
  ['a counted body', `${ok}Content-Length: 3\r\n\r\nabc`, 'abc', true],
  ['an empty body', `${ok}Content-Length: 0\r\n\r\n`, '', true],
  [
    'a body in chunks',
    `${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n`,
    'abcde',
    true,
  ],
  [
    'chunks with trailers',
    `${ok}Transfer-Encoding: chunked\r\n\r\nA\r\n0123456789\r\n0\r\nx: y\r\nz: 1\r\n\r\n`,
    '0123456789',
    true,
  ],
  ['a body that ends with the connection', `${ok}Server: x\r\n\r\nabc`, 'abc', false],
  [
    'an answer after which the server hangs up',
    `${ok}Connection: close\r\nContent-Length: 1\r\n\r\na`,
    'a',
    false,
  ],
  ['HTTP/1.0, which closes unless told', 'HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\na', 'a', false],
  [
    'HTTP/1.0 that stays',
    'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na',
    'a',
    true,
  ],
  [
    'an interim answer before the answer',
    `HTTP/1.1 100 Continue\r\n\r\n${ok}Content-Length: 1\r\n\r\na`,
    'a',
    true,
  ],
  ['no reason and no body', 'HTTP/1.1 204 \r\n\r\n', '', true],
  ['a status without a reason', 'HTTP/1.1 200\r\nContent-Length: 1\r\n\r\na', 'a', true],
  ['a length said twice', `${ok}Content-Length: 1\r\ncontent-length: 1\r\n\r\na`, 'a', true],
  ['bytes beyond the answer', `${ok}Content-Length: 1\r\n\r\nabc`, 'a', false],
]

for (const [sentence, text, body, reusable] of good) {
  test(`ResponseReader reads ${sentence}, however it is cut`, () => {
    for (let size = 1; size <= text.length; size += 1) {
      // Of bytes beyond an answer, a piece that ends with the answer knows nothing yet.
      const expected =
        sentence.startsWith('bytes beyond') && size === 1 ? read(text, size).reusable : reusable
      assert.deepEqual(
        [read(text, size).body, read(text, size).reusable],
        [body, expected],
        `pieces of ${size}`,
      )
    }
  })
}

const bad: readonly [sentence: string, text: string, message: RegExp][] = [
  ['what is no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n\r\n', /does not begin/],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n', /does not begin/],
  ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', /changed the protocol/],
  ['two different lengths', `${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`, /length is no number/],
  [
    'a length beside chunks',
    `${ok}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    /two lengths/,
  ],
  ['an unknown encoding', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n`, /encoding is unknown/],
  [
    'a tab behind the encoding, which llhttp takes for another encoding',
    `${ok}Transfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n`,
    /a tab beside/,
  ],
  ['a tab before the length', `${ok}Content-Length:\t3\r\n\r\nabc`, /a tab beside/],
  [
    'an interim answer with a length',
    `HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n${ok}Content-Length: 0\r\n\r\n`,
    /interim answer has a body/,
  ],
  [
    'an interim answer in chunks',
    `HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n${ok}Content-Length: 0\r\n\r\n`,
    /interim answer has a body/,
  ],
  ['a negative length', `${ok}Content-Length: -1\r\n\r\n`, /length is no number/],
  ['a folded header', `${ok}a: b\r\n c: d\r\nContent-Length: 0\r\n\r\n`, /no proper name/],
  ['a space before the colon', `${ok}Content-Length : 0\r\n\r\n`, /no proper name/],
  ['a line feed inside a header', `${ok}a: b\nc: d\r\nContent-Length: 0\r\n\r\n`, /control character/],
  ['a chunk without a size', `${ok}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, /no size/],
  [
    'a chunk that is longer than it says',
    `${ok}Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n`,
    /longer than it says/,
  ],
  ['a body over the limit', `${ok}Content-Length: ${limit + 1}\r\n\r\n`, /more than 1000 bytes/],
  ['chunks over the limit', `${ok}Transfer-Encoding: chunked\r\n\r\nFFFFFFFF\r\n`, /more than 1000 bytes/],
  ['an endless body over the limit', `${ok}\r\n${'x'.repeat(limit + 1)}`, /more than 1000 bytes/],
  [
    'chunks in HTTP/1.0, which has none',
    'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n',
    /HTTP\/1.0 has no transfer encoding/,
  ],
  [
    'endless trailers',
    `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\n${`a: ${'x'.repeat(1000)}\r\n`.repeat(70)}`,
    /beside head and body/,
  ],
  [
    'chunks that are extensions for the most part',
    `${ok}Transfer-Encoding: chunked\r\n\r\n${`1;${'x'.repeat(1000)}\r\na\r\n`.repeat(70)}`,
    /beside head and body/,
  ],
  ['an interim answer in HTTP/1.0', `HTTP/1.0 100 Continue\r\n\r\n${ok}Content-Length: 0\r\n\r\n`, /interim/],
  [
    'trailers that speak of a length',
    `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length: 1\r\n\r\n`,
    /trailers/,
  ],
  ['trailers that are none', `${ok}Transfer-Encoding: chunked\r\n\r\n0\r\nx y\r\n\r\n`, /no proper name/],
  [
    'an extension of a chunk that is none',
    `${ok}Transfer-Encoding: chunked\r\n\r\n1;x=}\r\na\r\n`,
    /no size/,
  ],
  ['a return in the first line', 'HTTP/1.1 200 OK\r!\r\nContent-Length: 0\r\n\r\n', /does not begin/],
  [
    'a length that is none, also where no body comes',
    'HTTP/1.1 304 \r\nContent-Length: x\r\n\r\n',
    /no number/,
  ],
  ['endless interim answers', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(3_000), /beside head and body/],
  ['endless headers', `${ok}a: ${'x'.repeat(70_000)}`, /headers are larger/],
]

for (const [sentence, text, message] of bad) {
  test(`ResponseReader refuses ${sentence} without quoting it`, () => {
    assert.throws(() => read(text), { name: 'MalformedReply', message })
  })
}

test('ResponseReader takes a body that is cut for no answer', () => {
  assert.equal(read(`${ok}Content-Length: 3\r\n\r\nab`).reply, undefined)
  assert.equal(read(`${ok}Transfer-Encoding: chunked\r\n\r\n3\r\nab`).reply, undefined)
  assert.equal(read('HTTP/1.1 200 O').reply, undefined)
})

/** What a server of Node's own makes of an answer, and how Node's own client reads it. */
const answers = fc.record({
  status: fc.constantFrom(200, 201, 400, 403, 429, 500, 503),
  headers: fc.dictionary(fc.stringMatching(/^x-[a-z\d-]{1,12}$/), fc.stringMatching(/^[!-~]{0,40}$/), {
    maxKeys: 6,
  }),
  pieces: fc.array(fc.string({ minLength: 1, maxLength: 60, unit: 'binary' }), { maxLength: 5 }),
  counted: fc.boolean(),
})

test('ResponseReader reads what Node’s server writes as Node’s client reads it, however it is cut', async () => {
  let answer: (typeof answers extends fc.Arbitrary<infer T> ? T : never) | undefined
  const server = http.createServer((_, response) => {
    const { status = 200, headers = {}, pieces = [], counted = false } = answer ?? {}
    const bytes = pieces.map((piece) => Buffer.from(piece))
    const length = counted ? { 'content-length': bytes.reduce((sum, each) => sum + each.length, 0) } : {}
    response.writeHead(status, { ...headers, ...length })
    for (const each of bytes) response.write(each)
    response.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as net.AddressInfo
  try {
    await fc.assert(
      fc.asyncProperty(answers, fc.integer({ min: 1, max: 50 }), async (given, size) => {
        answer = given
        const [raw, byNode] = await Promise.all([rawAnswer(port), nodeAnswer(port)])
        const reader = new ResponseReader(100_000)
        let reply: ReturnType<ResponseReader['push']>
        for (let at = 0; at < raw.length; at += size)
          reply = reader.push(raw.subarray(at, at + size)) ?? reply
        assert.deepEqual(
          {
            status: reply?.status,
            body: reply?.body.toString('latin1'),
            headers: { ...reply?.headers, date: '' },
          },
          byNode,
        )
      }),
      { numRuns: 60 },
    )
  } finally {
    server.close()
  }
})

async function rawAnswer(port: number): Promise<Buffer> {
  const socket = net.connect(port, '127.0.0.1')
  socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

function nodeAnswer(port: number) {
  return new Promise((resolve, reject) => {
    http
      .get({ port, host: '127.0.0.1', agent: false }, async (incoming) => {
        const chunks: Buffer[] = []
        for await (const chunk of incoming) chunks.push(chunk as Buffer)
        const headers = { ...incoming.headers, date: '' }
        resolve({ status: incoming.statusCode, body: Buffer.concat(chunks).toString('latin1'), headers })
      })
      .on('error', reject)
  })
}

test('ResponseReader gives a reply or refuses, whatever comes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, asBody) => {
      const reader = new ResponseReader(limit)
      try {
        reader.push(Buffer.from(asBody ? `${ok}Transfer-Encoding: chunked\r\n\r\n` : ''))
        reader.push(Buffer.from(bytes))
      } catch (error) {
        assert.ok(error instanceof MalformedReply)
      }
    }),
  )
})
