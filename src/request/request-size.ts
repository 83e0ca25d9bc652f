import type { RawMountRequest } from './mount-request.ts'

/**
 * The most bytes of a request that are taken.
 *
 * The driver's library keeps what it has sent, to send it again when a provider dies, as long as it is no more than
 * 256 KiB (grpc-go, the retry buffer). Beyond that a lost request ends UNAVAILABLE, which kubelet takes for "maybe
 * mounted". The same class comes with tokens of other lengths another time, so the bound keeps 16 KiB away from it.
 */
export const maxRequestBytes = 240 * 1024

/** How many bytes of the driver's message are ours to judge: without the versions that older drivers add at a remount. */
export function requestBytes({ attributes, secrets, targetPath, permission }: RawMountRequest): number {
  return [attributes, secrets, targetPath, permission].reduce((sum, text) => sum + fieldBytes(text), 0)
}

/** A string field of protobuf: a tag, the length in groups of seven bits, the text. */
function fieldBytes(text: string): number {
  const bytes = Buffer.byteLength(text)
  if (bytes === 0) return 0
  return 1 + Math.max(1, Math.ceil((32 - Math.clz32(bytes)) / 7)) + bytes
}
