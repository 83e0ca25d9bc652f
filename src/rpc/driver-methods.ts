/** Where the driver calls: service and methods of proto/provider.proto. */
export const versionMethod = '/v1alpha1.CSIDriverProvider/Version'

/** Full name of the method. Source: the driver's provider.proto. */
export const mountMethod = '/v1alpha1.CSIDriverProvider/Mount'

/** What Version answers, as the driver expects it. */
export const driverApiVersion = 'v1alpha1'

/** Metadata of our own health check on a Version call; its value comes back to whoever asked, if it was us. */
export const probeKey = 'x-own-probe'

/** For a request or answer on the node itself; the driver's own limit for answers is far below. */
export const maxMessageBytes = 64 * 1024 * 1024

/** A message of ts-proto as grpc-js wants it. */
export function toBuffer(writer: { finish(): Uint8Array }): Buffer {
  const bytes = writer.finish()
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
