import type { VolumeFile } from '../content/volume-file.ts'
import { fault } from '../errors/provider-error.ts'

/** What goes into a MountResponse (v1alpha1: object_version = 1, files = 3). */
export interface SizedAnswer {
  readonly objectVersions: readonly { readonly id: string; readonly version: string }[]
  readonly files: readonly Pick<VolumeFile, 'path' | 'mode' | 'content'>[]
}

/**
 * Checks the size of an answer before it is put together.
 *
 * @throws {ProviderError} RESPONSE_TOO_LARGE when the answer, in bytes of protobuf, is over what the driver receives
 *   (grpc-go counts the message alone, without gRPC's five bytes of framing).
 */
export function checkResponseSize(answer: SizedAnswer, maxBytes: number): void {
  const bytes = responseSize(answer)
  if (bytes > maxBytes) throw fault('RESPONSE_TOO_LARGE', { bytes, maxBytes })
}

/** The exact size of the encoded MountResponse in bytes. */
export function responseSize({ objectVersions, files }: SizedAnswer): number {
  let bytes = 0
  for (const { id, version } of objectVersions) bytes += messageSize(textSize(id) + textSize(version))
  for (const { path, mode, content } of files) {
    bytes += messageSize(textSize(path) + modeSize(mode) + lengthDelimited(content.reveal().byteLength))
  }
  return bytes
}

/** All field numbers are below 16: one byte of tag each. */
const tag = 1

function messageSize(size: number): number {
  return tag + varint(size) + size
}

/** proto3 leaves out what has its default value: empty texts and bytes, zero. */
function lengthDelimited(size: number): number {
  return size === 0 ? 0 : messageSize(size)
}

function textSize(text: string): number {
  return lengthDelimited(Buffer.byteLength(text))
}

function modeSize(mode: number): number {
  return mode === 0 ? 0 : tag + varint(mode)
}

function varint(value: number): number {
  return Math.max(1, Math.ceil((32 - Math.clz32(value)) / 7))
}
