import { dashSlashesOfHuffman } from './huffman-slash.ts'

/** Where `:authority` stands in HPACK's static table (RFC 7541, appendix A). */
const authorityIndex = 1
/** Far above any header block; keeps the arithmetic of hostile integers exact. */
const largestInteger = 1 << 28

/**
 * Turns every '/' in the `:authority` literals of a header block into '-', in place and without changing a
 * length: no frame and no table of the compression moves, and later requests refer to the rewritten entry.
 *
 * Needed for the driver's versions 1.0 to 1.5.6: their gRPC library sends the socket's path as `:authority`,
 * and Node's HTTP/2 resets such requests. Never throws: from the first byte that is no valid block on, the
 * rest stays as it is, and the HTTP/2 library judges it.
 */
export function dashSlashesOfAuthority(block: Uint8Array): void {
  let at = 0
  while (at < block.length) {
    const first = block[at] ?? 0
    const literal = literalPrefix(first)
    const index = readInteger(block, at, literal ?? otherPrefix(first))
    if (index === undefined) return
    at = index.end
    if (literal === undefined) continue
    if (index.value === 0) {
      const name = readText(block, at)
      if (name === undefined) return
      at = name.end
    }
    const value = readText(block, at)
    if (value === undefined) return
    at = value.end
    if (index.value !== authorityIndex) continue
    if (value.huffman) dashSlashesOfHuffman(value.bytes)
    else dashSlashes(value.bytes)
  }
}

/** Bits of the index in a literal's first byte: with indexing 6; without, and never indexed, 4. */
function literalPrefix(first: number): number | undefined {
  if ((first & 0x80) !== 0) return undefined
  if ((first & 0x40) !== 0) return 6
  return (first & 0x20) === 0 ? 4 : undefined
}

/** An indexed field, or a new size for the table. */
function otherPrefix(first: number): number {
  return (first & 0x80) === 0 ? 5 : 7
}

interface Text {
  readonly bytes: Uint8Array
  readonly huffman: boolean
  readonly end: number
}

function readText(block: Uint8Array, at: number): Text | undefined {
  const length = readInteger(block, at, 7)
  if (length === undefined) return undefined
  const end = length.end + length.value
  if (end > block.length) return undefined
  return { bytes: block.subarray(length.end, end), huffman: ((block[at] ?? 0) & 0x80) !== 0, end }
}

/** An integer whose first `prefix` bits stand in the byte at `at` (RFC 7541, section 5.1). */
function readInteger(
  block: Uint8Array,
  at: number,
  prefix: number,
): { value: number; end: number } | undefined {
  const first = block[at]
  if (first === undefined) return undefined
  const full = (1 << prefix) - 1
  let value = first & full
  let end = at + 1
  if (value < full) return { value, end }
  for (let scale = 1; value < largestInteger && scale < largestInteger; scale *= 128) {
    const byte = block[end]
    if (byte === undefined) return undefined
    value += (byte & 0x7f) * scale
    end++
    if ((byte & 0x80) === 0) return { value, end }
  }
  return undefined
}

function dashSlashes(text: Uint8Array): void {
  for (let at = text.indexOf(0x2f); at !== -1; at = text.indexOf(0x2f, at + 1)) text[at] = 0x2d
}
