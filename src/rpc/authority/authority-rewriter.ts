import { dashSlashesOfAuthority } from './hpack-authority.ts'

const prefaceBytes = 24
const frameHeaderBytes = 9
/** HTTP/2's default, which our server keeps: a larger frame is an error that the HTTP/2 library reports. */
const largestFrame = 16_384
/** As much of one header block is held back at most; the HTTP/2 library refuses blocks of this size anyway. */
const largestBlock = 65_536

const frameType = { headers: 1, continuation: 9 } as const
const flag = { endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const

/**
 * Follows the bytes of one client's HTTP/2 connection and rewrites `:authority` in passing (see
 * dashSlashesOfAuthority). Bytes are changed where they lie; a header block that has not arrived whole is held
 * back until it has. What breaks HTTP/2's rules passes unchanged, so that the HTTP/2 library judges it.
 */
export class AuthorityRewriter {
  /** Bytes to pass without looking: the preface, then the payload of whatever is not a header block. */
  #passing = prefaceBytes
  #held: Uint8Array[] = []
  #heldBytes = 0
  /** So many bytes must be there before another look at what is held makes sense. */
  #wanted = 0

  /** Takes what has arrived; gives what may go on, undefined when all of it waits for more. */
  push(chunk: Uint8Array): Uint8Array | undefined {
    if (this.#heldBytes === 0) return this.#advance(chunk)
    this.#held.push(chunk)
    this.#heldBytes += chunk.length
    return this.#heldBytes < this.#wanted ? undefined : this.#advance(this.#takeHeld())
  }

  /** At the end of the connection: what was held back, unchanged. */
  finish(): Uint8Array | undefined {
    return this.#heldBytes === 0 ? undefined : this.#takeHeld()
  }

  #takeHeld(): Uint8Array {
    const all = this.#held.length === 1 && this.#held[0] ? this.#held[0] : Buffer.concat(this.#held)
    this.#held = []
    this.#heldBytes = 0
    return all
  }

  #advance(bytes: Uint8Array): Uint8Array | undefined {
    let at = 0
    for (;;) {
      const passed = Math.min(this.#passing, bytes.length - at)
      this.#passing -= passed
      at += passed
      if (at === bytes.length) return bytes
      const found = readBlock(bytes, at)
      if ('wanted' in found) return this.#holdFrom(bytes, at, found.wanted)
      rewrite(found.parts)
      this.#passing = found.length
    }
  }

  #holdFrom(bytes: Uint8Array, at: number, wanted: number): Uint8Array | undefined {
    this.#held = [bytes.subarray(at)]
    this.#heldBytes = bytes.length - at
    this.#wanted = wanted
    return at === 0 ? undefined : bytes.subarray(0, at)
  }
}

/** The frame (of a header block: frames) that begins here: its length, and the parts of its header block. */
interface Block {
  readonly length: number
  readonly parts: readonly Uint8Array[]
}

/** Reads at `start`; says how many bytes from there on are wanted when too few are there. */
function readBlock(bytes: Uint8Array, start: number): Block | { readonly wanted: number } {
  const parts: Uint8Array[] = []
  let stream: number | undefined
  for (let length = 0; ; ) {
    const at = start + length
    if (at + frameHeaderBytes > bytes.length) return { wanted: length + frameHeaderBytes }
    const frame = readFrameHeader(bytes, at)
    const end = length + frameHeaderBytes + frame.length
    if (stream === undefined) {
      if (frame.type !== frameType.headers || frame.length > largestFrame) return { length: end, parts: [] }
      stream = frame.stream
    } else if (frame.type !== frameType.continuation || frame.stream !== stream || end > largestBlock) {
      return { length, parts: [] }
    }
    if (start + end > bytes.length) return { wanted: end }
    const part = fragmentOf(frame, bytes.subarray(at + frameHeaderBytes, start + end))
    if (part === undefined) return { length: end, parts: [] }
    parts.push(part)
    if ((frame.flags & flag.endHeaders) !== 0) return { length: end, parts }
    length = end
  }
}

interface FrameHeader {
  readonly length: number
  readonly type: number
  readonly flags: number
  readonly stream: number
}

function readFrameHeader(bytes: Uint8Array, at: number): FrameHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, frameHeaderBytes)
  return {
    length: view.getUint16(0) * 256 + view.getUint8(2),
    type: view.getUint8(3),
    flags: view.getUint8(4),
    stream: view.getUint32(5) & 0x7fffffff,
  }
}

/** The part of the header block in a payload, without padding and priority; undefined when they do not fit. */
function fragmentOf(frame: FrameHeader, payload: Uint8Array): Uint8Array | undefined {
  if (frame.type === frameType.continuation) return payload
  const padded = (frame.flags & flag.padded) !== 0
  const start = (padded ? 1 : 0) + ((frame.flags & flag.priority) !== 0 ? 5 : 0)
  const end = payload.length - (padded ? (payload[0] ?? 0) : 0)
  return start > end ? undefined : payload.subarray(start, end)
}

/** A literal may go from one frame into the next: then the block is put together, and taken apart again. */
function rewrite(parts: readonly Uint8Array[]): void {
  const [only] = parts
  const block = parts.length === 1 && only ? only : Buffer.concat(parts)
  dashSlashesOfAuthority(block)
  if (block === only) return
  let at = 0
  for (const part of parts) {
    part.set(block.subarray(at, at + part.length))
    at += part.length
  }
}
