import assert from 'node:assert/strict'
import { AuthorityRewriter } from '../../src/rpc/authority/authority-rewriter.ts'
import type { Random } from './harness/random.ts'
import type { FuzzTarget } from './harness/target.ts'

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

function frame(type: number, flags: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head[8] = 1
  return Buffer.concat([head, payload])
}

function literal(first: number, value: string): Buffer {
  return Buffer.concat([Buffer.of(first, value.length), Buffer.from(value, 'latin1')])
}

const settings = frame(4, 0, Buffer.of())
const authority = literal(0x41, '/var/run/aws.sock')
const headers = frame(1, 0x4, Buffer.concat([Buffer.of(0x83, 0x86), literal(0x44, '/v1/Mount'), authority]))
const padded = frame(1, 0x2c, Buffer.concat([Buffer.of(3, 0, 0, 0, 1, 16), authority, Buffer.alloc(3)]))
const split = [frame(1, 0, authority.subarray(0, 5)), frame(9, 0x4, authority.subarray(5))]
const start = [Buffer.from(preface), settings]

/**
 * HTTP/2 of a driver, through the shim of `:authority`: however it arrives in pieces, the same bytes go on, no more and
 * no fewer, and the rest of a connection is not held back without end.
 */
export const target: FuzzTarget = {
  maxBytes: 80_000,
  seeds: [
    Buffer.concat([...start, headers]),
    Buffer.concat([...start, padded, frame(0, 1, Buffer.from('data/with/slashes'))]),
    Buffer.concat([...start, ...split, headers]),
    Buffer.concat([...start, frame(1, 0, authority), settings]),
    Buffer.concat([...start, frame(1, 0x4, Buffer.alloc(16_384, 0x41))]),
    Buffer.concat([
      ...start,
      frame(1, 0, authority),
      ...Array.from({ length: 5 }, () => frame(9, 0, Buffer.alloc(16_384))),
    ]),
    Buffer.from(preface),
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
  ],
  words: [
    preface,
    ...[settings, headers, padded, ...split, authority].map((bytes) => bytes.toString('latin1')),
    ...[
      '/',
      '\x41',
      '\x01',
      '\x81\x63',
      '\x7f\xff\xff\xff\x0f',
      '\x00\x00\x04\x09\x04\x00\x00\x00\x01',
      '\xff\xff\xff',
    ],
  ],
  tryInput(input, random) {
    const whole = through([input])
    const cut = through(pieces(input, random))
    assert.deepEqual(cut, whole)
    assert.equal(whole.length, input.length)
    const changed = whole.reduce((sum, byte, at) => sum + (byte === input[at] ? 0 : 1), 0)
    return changed === 0 ? 'unchanged' : `changed in ${Math.min(changed, 20)} bytes`
  },
}

function through(chunks: readonly Buffer[]): Buffer {
  const rewriter = new AuthorityRewriter()
  // It changes bytes where they lie.
  const passed = chunks.map((chunk) => rewriter.push(Buffer.from(chunk)))
  return Buffer.concat([...passed, rewriter.finish()].filter((bytes) => bytes !== undefined))
}

function pieces(input: Buffer, random: Random): readonly Buffer[] {
  const cut: Buffer[] = []
  for (let at = 0; at < input.length; ) {
    const size = 1 + random.below(random.below(2) === 0 ? 20 : input.length)
    cut.push(input.subarray(at, at + size))
    at += size
  }
  return cut
}
