/**
 * How many codes of each length the HPACK Huffman code has (RFC 7541, appendix B). The code is canonical, so
 * these counts alone tell where one code ends and the next begins.
 */
const codesOfLength: ReadonlyMap<number, number> = new Map([
  [5, 10],
  [6, 26],
  [7, 32],
  [8, 6],
  [10, 5],
  [11, 3],
  [12, 2],
  [13, 6],
  [14, 2],
  [15, 3],
  [19, 3],
  [20, 8],
  [21, 13],
  [22, 26],
  [23, 29],
  [24, 12],
  [25, 4],
  [26, 15],
  [27, 19],
  [28, 29],
  [30, 4],
])
const longestCode = 30

const slash = 0b011000
const dash = 0b010110
const lengthOfBoth = 6

/**
 * Turns every '/' of a Huffman-coded string into '-', in place: both are codes of six bits, so nothing moves.
 * What is no valid code ends the walk; whoever decodes the string judges it.
 */
export function dashSlashesOfHuffman(text: Uint8Array): void {
  const bits = text.length * 8
  let start = 0
  while (start < bits) {
    const length = codeLengthAt(text, start)
    if (length === undefined) return
    if (length === lengthOfBoth && readBits(text, start, length) === slash) {
      for (let bit = 0; bit < length; bit++) writeBit(text, start + bit, (dash >> (length - 1 - bit)) & 1)
    }
    start += length
  }
}

/** In a canonical code the codes of one length are consecutive numbers: the first above them is a prefix. */
function codeLengthAt(text: Uint8Array, start: number): number | undefined {
  const available = Math.min(longestCode, text.length * 8 - start)
  let code = 0
  let firstOfLength = 0
  for (let length = 1; length <= available; length++) {
    code = (code << 1) | bitAt(text, start + length - 1)
    firstOfLength <<= 1
    const count = codesOfLength.get(length) ?? 0
    if (code - firstOfLength < count) return length
    firstOfLength += count
  }
  return undefined
}

function readBits(text: Uint8Array, start: number, length: number): number {
  let value = 0
  for (let bit = 0; bit < length; bit++) value = (value << 1) | bitAt(text, start + bit)
  return value
}

function bitAt(text: Uint8Array, bit: number): number {
  return ((text[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1
}

function writeBit(text: Uint8Array, bit: number, value: number): void {
  const mask = 0x80 >> (bit & 7)
  const byte = text[bit >> 3] ?? 0
  text[bit >> 3] = value === 1 ? byte | mask : byte & ~mask
}
