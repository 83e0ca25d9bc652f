import { connect } from 'node:http2'
import { connect as connectSocket } from 'node:net'
import { driverApiVersion, probeKey, toBuffer, versionMethod } from './driver-methods.ts'
import { VersionRequest } from './proto/provider.ts'

/** Before a message of gRPC: one byte for "not compressed", four for the length. */
const prefixBytes = 5

/**
 * Calls Version of the provider at `socketPath` over a connection of its own, marked with `probe`; says whether it was
 * answered well within `timeoutMs`. Never rejects.
 *
 * It speaks HTTP/2 by itself: a process that only serves need not hold a client of gRPC, which is more code than the
 * server.
 * @see https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export function probeVersion(socketPath: string, timeoutMs: number, probe: string): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connect('http://localhost', { createConnection: () => connectSocket(socketPath) })
    const end = (answered: boolean) => {
      clearTimeout(timer)
      session.destroy()
      resolve(answered)
    }
    const timer = setTimeout(end, timeoutMs, false)
    session.on('error', () => end(false))
    session.on('close', () => end(false))
    const call = session.request({
      ':method': 'POST',
      ':path': versionMethod,
      'content-type': 'application/grpc',
      te: 'trailers',
      [probeKey]: probe,
    })
    call.on('error', () => end(false))
    call.on('trailers', (trailers) => end(trailers['grpc-status'] === '0'))
    call.on('close', () => end(false))
    call.resume()
    call.end(framed(toBuffer(VersionRequest.encode({ version: driverApiVersion }))))
  })
}

function framed(message: Buffer): Buffer {
  const bytes = Buffer.alloc(prefixBytes + message.length)
  bytes.writeUInt32BE(message.length, 1)
  message.copy(bytes, prefixBytes)
  return bytes
}
