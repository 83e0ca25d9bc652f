import type { Encoding } from '../plan/mount-plan.ts'

/** What is not of an encoding: a character counted from 1, and why. Never the character itself. */
export interface EncodingFault {
  readonly position: number
  readonly reason: string
}

/**
 * Decodes a value strictly: what is not of the encoding is a fault with its position, and nothing is guessed.
 *
 * Padding may be left out as a whole, bits left over must be zero, and white space is allowed inside base64
 * alone, where tools break lines.
 */
export function decodeBytes(
  bytes: Uint8Array,
  encoding: Encoding,
): { readonly bytes: Uint8Array } | { readonly fault: EncodingFault } {
  // A character a byte, so that positions hold; what is not ASCII is of no encoding.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  return encoding === 'hex' ? decodeHex(text) : decodeBase64(text, encoding)
}

function decodeHex(text: string): ReturnType<typeof decodeBytes> {
  const stranger = text.search(/[^0-9A-Fa-f]/)
  if (stranger !== -1) return { fault: { position: stranger + 1, reason: 'it is not a hexadecimal digit' } }
  if (text.length % 2 === 0) return { bytes: Buffer.from(text, 'hex') }
  return {
    fault: { position: text.length + 1, reason: 'a digit is missing: there is an odd number of them' },
  }
}

function decodeBase64(text: string, encoding: 'base64' | 'base64url'): ReturnType<typeof decodeBytes> {
  const isUrl = encoding === 'base64url'
  const stranger = text.search(isUrl ? /[^A-Za-z0-9_=-]/ : /[^A-Za-z0-9+/= \t\r\n]/)
  if (stranger !== -1) {
    return { fault: { position: stranger + 1, reason: `it is not a character of ${encoding}` } }
  }
  const padding = text.indexOf('=')
  if (padding !== -1) {
    const behind = text.slice(padding).search(/[^= \t\r\n]/)
    if (behind !== -1) {
      return { fault: { position: padding + behind + 1, reason: 'nothing can stand behind the padding (=)' } }
    }
  }
  const digits = text.replace(/[ \t\r\n=]+/g, '')
  const pads = padding === -1 ? 0 : text.slice(padding).replace(/[^=]+/g, '').length
  const over = digits.length % 4
  const end = text.trimEnd().length
  if (over === 1) return { fault: { position: end + 1, reason: 'it ends within a byte' } }
  if (pads > 0 && pads !== (4 - over) % 4) {
    const reason =
      over === 0 ? 'it needs no padding (=)' : `its padding (=) must be ${4 - over} long, or left out`
    return { fault: { position: padding + 1, reason } }
  }
  const decoded = Buffer.from(digits, encoding)
  if (decoded.toString(encoding).replaceAll('=', '') === digits) return { bytes: decoded }
  return { fault: { position: lastDigit(text), reason: 'its last bits, which are left over, are not zero' } }
}

/** Of the last character that is neither padding nor white space, counted from 1. */
function lastDigit(text: string): number {
  let at = text.length
  while (at > 0 && '= \t\r\n'.includes(text[at - 1] ?? '')) at--
  return at
}
