/** DER, the encoding of certificates (ITU-T X.690): as much of it as an X.509 certificate needs. */
export const tag = {
  integer: 2,
  bitString: 3,
  octetString: 4,
  utf8String: 12,
  sequence: 48,
  set: 49,
} as const

/** One element: tag, length, contents. */
export function der(tagNumber: number, ...contents: readonly Buffer[]): Buffer {
  const body = Buffer.concat(contents)
  return Buffer.concat([Buffer.from([tagNumber]), lengthOf(body.length), body])
}

function lengthOf(length: number): Buffer {
  if (length < 128) {
    return Buffer.from([length])
  }
  return length < 256 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 255])
}

export function derSequence(...contents: readonly Buffer[]): Buffer {
  return der(tag.sequence, ...contents)
}

/** An object identifier in dotted form. */
export function derIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return der(6, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

function base128(value: number): number[] {
  const digits = [value & 127]
  for (let left = value >> 7; left > 0; left >>= 7) {
    digits.unshift((left & 127) | 128)
  }
  return digits
}

/** A point in time as UTCTime, which reaches to 2049. */
export function derTime(date: Date): Buffer {
  return der(
    23,
    Buffer.from(
      `${date
        .toISOString()
        .replaceAll(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  )
}

export function derBoolean(value: boolean): Buffer {
  return der(1, Buffer.from([value ? 255 : 0]))
}

/** A bit string; `unused` counts the bits of the last byte that don't count. */
export function derBits(bits: Buffer, unused = 0): Buffer {
  return der(tag.bitString, Buffer.from([unused]), bits)
}

/** An element of explicit context tag `number`. */
export function derContext(number: number, ...contents: readonly Buffer[]): Buffer {
  return der(0xa0 | number, ...contents)
}
