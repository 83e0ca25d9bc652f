import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { AuthorityRewriter } from './authority-rewriter.ts'
import { dashSlashesOfAuthority } from './hpack-authority.ts'
import { dashSlashesOfHuffman } from './huffman-slash.ts'

/** Codes of RFC 7541, appendix B: one at least of every length but the rarest, so that slashes lie at every bit. */
const codes: Readonly<Record<string, string>> = {
  a: '00011',
  s: '01000',
  '-': '010110',
  '.': '010111',
  '/': '011000',
  '3': '011001',
  k: '1110101',
  ':': '1011100',
  '&': '11111000',
  '!': '1111111000',
  '|': '11111111100',
  '#': '111111111010',
  '^': '11111111111100',
  '\\': '1111111111111110000',
  '\x80': '11111111111111100110',
  '\x81': '1111111111111111010010',
  '\x01': '11111111111111111011000',
  '\xc0': '11111111111111111111100000',
  '\n': '111111111111111111111111111100',
}

function huffman(text: string): Buffer {
  const bits = Array.from(text, (character) => codes[character]).join('')
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1')
  return Buffer.from((padded.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
}

function integer(value: number, prefix: number, flags: number): Buffer {
  const full = 2 ** prefix - 1
  if (value < full) return Buffer.of(flags | value)
  const bytes = [flags | full]
  for (let rest = value - full; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest])
    bytes.push((rest % 128) + 128)
  }
}

function text(value: string, coded: boolean): Buffer {
  const bytes = coded ? huffman(value) : Buffer.from(value, 'latin1')
  return Buffer.concat([integer(bytes.length, 7, coded ? 0x80 : 0), bytes])
}

/** A field of a header block as it arrives, and as the HTTP/2 library shall see it. */
type Field = readonly [arrives: Buffer, shallBe: Buffer]

const anyText = fc
  .array(fc.constantFrom(...Object.keys(codes), '/', '/'), { maxLength: 200 })
  .map((characters) => characters.join(''))
const anyKind = fc.constantFrom([6, 0x40], [4, 0x00], [4, 0x10]) as fc.Arbitrary<[number, number]>
const same = (bytes: Buffer): Field => [bytes, bytes]

const anyAuthority = fc
  .tuple(anyKind, anyText, fc.boolean())
  .map(
    ([[prefix, flags], value, coded]): Field => [
      Buffer.concat([integer(1, prefix, flags), text(value, coded)]),
      Buffer.concat([integer(1, prefix, flags), text(value.replaceAll('/', '-'), coded)]),
    ],
  )
const anyOtherLiteral = fc
  .tuple(anyKind, fc.integer({ min: 2, max: 5000 }), anyText, fc.boolean())
  .map(([[prefix, flags], index, value, coded]) =>
    same(Buffer.concat([integer(index, prefix, flags), text(value, coded)])),
  )
const anyNamedLiteral = fc
  .tuple(anyKind, anyText, anyText, fc.boolean())
  .map(([[prefix, flags], name, value, coded]) =>
    same(Buffer.concat([integer(0, prefix, flags), text(name, !coded), text(value, coded)])),
  )
const anyIndexed = fc.integer({ min: 1, max: 5000 }).map((index) => same(integer(index, 7, 0x80)))
const anyTableSize = fc.integer({ min: 0, max: 70_000 }).map((size) => same(integer(size, 5, 0x20)))
const anyBlock = fc
  .array(fc.oneof(anyAuthority, anyOtherLiteral, anyNamedLiteral, anyIndexed, anyTableSize), {
    minLength: 1,
    maxLength: 12,
  })
  .map(
    (fields): Field => [
      Buffer.concat(fields.map(([arrives]) => arrives)),
      Buffer.concat(fields.map(([, shallBe]) => shallBe)),
    ],
  )

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const header = Buffer.alloc(9)
  header.writeUIntBE(payload.length, 0, 3)
  header.writeUInt8(type, 3)
  header.writeUInt8(flags, 4)
  header.writeUInt32BE(stream, 5)
  return Buffer.concat([header, payload])
}

/** How a block is put into frames: padding, priority, and where it is cut into CONTINUATIONs. */
const anyFraming = fc.record({
  padding: fc.option(fc.nat(255), { nil: undefined }),
  priority: fc.boolean(),
  cuts: fc.array(fc.nat(3000), { maxLength: 5 }),
})
type Framing = typeof anyFraming extends fc.Arbitrary<infer T> ? T : never

function inFrames(block: Buffer, { padding, priority, cuts }: Framing): Buffer {
  const places = [0, ...cuts.map((cut) => cut % (block.length + 1)).toSorted((a, b) => a - b), block.length]
  const parts = places.slice(1).map((end, index) => block.subarray(places[index], end))
  const frames = parts.map((part, index) => {
    const last = index === parts.length - 1 ? 0x4 : 0
    if (index > 0) return frame(9, last, 5, part)
    // Slashes in padding and priority must stay: they are no part of the block.
    const payload = Buffer.concat([
      padding === undefined ? Buffer.alloc(0) : Buffer.of(padding),
      priority ? Buffer.from('/////') : Buffer.alloc(0),
      part,
      Buffer.alloc(padding ?? 0, '/'),
    ])
    return frame(1, last | (padding === undefined ? 0 : 0x8) | (priority ? 0x20 : 0) | 0x1, 5, payload)
  })
  return Buffer.concat(frames)
}

const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const settings = frame(4, 0, 0, Buffer.alloc(0))
const data = frame(0, 1, 5, Buffer.from('a/b/c'.repeat(40)))

function passThrough(bytes: Buffer, cuts: readonly number[]): Buffer {
  const rewriter = new AuthorityRewriter()
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length]
  const passed: Uint8Array[] = []
  places.slice(1).forEach((end, index) => {
    const ready = rewriter.push(Buffer.from(bytes.subarray(places[index], end)))
    if (ready !== undefined) passed.push(ready)
  })
  const rest = rewriter.finish()
  return Buffer.concat(rest === undefined ? passed : [...passed, rest])
}

test('a whole connection keeps every byte but the slashes of :authority, however it is framed and split', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyBlock, anyFraming), { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(20_000), { maxLength: 12 }),
      (requests, cuts) => {
        const connection = (side: 0 | 1) =>
          Buffer.concat([
            preface,
            settings,
            ...requests.flatMap(([block, framing]) => [inFrames(block[side], framing), data]),
          ])
        assert.deepEqual(passThrough(connection(0), cuts), connection(1))
      },
    ),
    { numRuns: 300 },
  )
})

test('a request split after any single byte, or after each, is rewritten alike', () => {
  const value = (path: string) =>
    Buffer.concat([
      integer(3, 7, 0x80),
      integer(1, 6, 0x40),
      text(path, true),
      integer(1, 4, 0x10),
      text(path, false),
    ])
  const framing = { padding: 3, priority: true, cuts: [4, 9, 20] }
  const connection = (path: string) =>
    Buffer.concat([preface, settings, inFrames(value(path), framing), data])
  const arrives = connection('/a/s.3/k:#///')
  const shallBe = connection('-a-s.3-k:#---')
  for (let cut = 0; cut <= arrives.length; cut++)
    assert.deepEqual(passThrough(arrives, [cut]), shallBe, `${cut}`)
  assert.deepEqual(passThrough(arrives, [...arrives.keys()]), shallBe)
})

test('the path of the socket, as the HPACK encoder of Go writes it, becomes the same with dashes', () => {
  // Made with golang.org/x/net/http2/hpack of /var/run/secrets-store-csi-providers/aws.sock and -var-run-….
  const path = Buffer.from('63b8ec62cb6a610525854a16424f6156220cb5761fb9a42d88607e10ba0e4ebf', 'hex')
  dashSlashesOfHuffman(path)
  assert.equal(path.toString('hex'), '5bb8ec5acb6a590525854a16424f6156220cb5761fb9a42d88587e10ba0e4ebf')
})

test('hostile bytes pass without an error and without a change of length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.array(fc.nat(400), { maxLength: 4 }), (bytes, cuts) => {
      const hostile = Buffer.concat([preface, Buffer.from(bytes)])
      assert.equal(passThrough(hostile, cuts).length, hostile.length)
      const block = Uint8Array.from(bytes)
      dashSlashesOfAuthority(block)
      const framed = Buffer.concat([
        preface,
        frame(1, bytes[0] ?? 0, 1, Buffer.from(bytes)),
        Buffer.from(bytes),
      ])
      assert.equal(passThrough(framed, cuts).length, framed.length)
    }),
    { numRuns: 500 },
  )
})

const authority = Buffer.concat([integer(1, 6, 0x40), text('/a/s', false)])
const untouched: readonly [string, Buffer][] = [
  [
    'a frame larger than the server allows',
    frame(1, 0x4, 1, Buffer.concat([authority, Buffer.alloc(16_384)])),
  ],
  ['padding longer than the frame', frame(1, 0xc, 1, Buffer.concat([Buffer.of(200), authority]))],
  ['a header block with another frame in its middle', Buffer.concat([frame(1, 0, 1, authority), settings])],
  ['a CONTINUATION of another stream', Buffer.concat([frame(1, 0, 1, authority), frame(9, 4, 3, authority)])],
  ['a CONTINUATION without HEADERS', frame(9, 4, 1, authority)],
  [
    'a header block without an end',
    Buffer.concat([frame(1, 0, 1, authority), ...Array(8).fill(frame(9, 0, 1, Buffer.alloc(16_000)))]),
  ],
  ['a header block that never arrives whole', frame(1, 0x4, 1, authority).subarray(0, -1)],
  [
    'a value longer than its block',
    frame(1, 0x4, 1, Buffer.concat([integer(1, 6, 0x40), Buffer.of(9, 0x2f)])),
  ],
  [
    'an integer without end',
    frame(1, 0x4, 1, Buffer.concat([Buffer.of(0x41, 0x7f), Buffer.alloc(60, 0xff)])),
  ],
]
for (const [what, bytes] of untouched) {
  test(`${what} passes as it is, for the HTTP/2 library to judge`, () => {
    const connection = Buffer.concat([preface, bytes])
    assert.deepEqual(passThrough(connection, []), connection)
    assert.deepEqual(passThrough(connection, [30, 31, 40, 41]), connection)
  })
}
