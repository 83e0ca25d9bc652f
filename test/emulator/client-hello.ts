/**
 * Reads the server name out of the first bytes of a TLS connection (RFC 8446, section 4.1.2): the region and
 * service must be known before the handshake, to be slow or dead as that region is.
 *
 * @returns The name, '' when the hello has none or is no TLS hello, undefined when more bytes are needed.
 */
export function serverNameOf(bytes: Buffer): string | undefined {
  if (bytes.length < 5) {
    return undefined
  }
  if (bytes[0] !== 22) {
    return ''
  }
  const end = 5 + bytes.readUInt16BE(3)
  if (bytes.length < end) {
    return undefined
  }
  try {
    return searchExtensions(bytes.subarray(0, end))
  } catch (error) {
    if (error instanceof RangeError) {
      return ''
    }
    throw error
  }
}

function searchExtensions(record: Buffer): string {
  // Record header 5, handshake header 4, version 2, random 32.
  let at = 43
  at += 1 + record.readUInt8(at) // session id
  at += 2 + record.readUInt16BE(at) // cipher suites
  at += 1 + record.readUInt8(at) // compression
  const end = at + 2 + record.readUInt16BE(at)
  at += 2
  while (at + 4 <= end) {
    const type = record.readUInt16BE(at)
    const length = record.readUInt16BE(at + 2)
    if (type === 0) {
      const nameLength = record.readUInt16BE(at + 7)
      return record.toString('latin1', at + 9, at + 9 + nameLength)
    }
    at += 4 + length
  }
  return ''
}
