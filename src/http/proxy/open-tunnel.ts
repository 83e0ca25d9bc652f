import type { Socket } from 'node:net'
import type { Origin } from '../http-message.ts'
import { asTransportError, ConnectionError, MalformedReply, TunnelRefused } from '../transport-errors.ts'
import type { HttpProxy } from './read-proxy.ts'

/** The head of an answer to CONNECT. */
const maxHeadBytes = 16 * 1024
const headEnd = '\r\n\r\n'

/**
 * Asks a proxy, over a connection to it, for a tunnel to `origin`; resolves when what is written to `socket` goes there.
 *
 * Time is the caller's to bound: it destroys the socket.
 *
 * @throws {TunnelRefused} with the proxy's status; {MalformedReply}; {ConnectionError} when the proxy hangs up.
 */
export function openTunnel(socket: Socket, proxy: HttpProxy, { hostname, port }: Origin): Promise<void> {
  const host = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`
  const credentials =
    proxy.authorization === undefined ? '' : `proxy-authorization: ${proxy.authorization}\r\n`
  return new Promise<void>((resolve, reject) => {
    let head = Buffer.alloc(0)
    const settle = () => {
      socket.off('data', read)
      socket.off('end', hungUp)
      socket.off('close', hungUp)
      socket.off('error', fail)
    }
    const fail = (error: unknown) => {
      settle()
      reject(asTransportError(error, 'proxy'))
    }
    const hungUp = () => fail(new ConnectionError('ECONNRESET', { peer: 'proxy' }))
    const read = (bytes: Buffer) => {
      head = Buffer.concat([head, bytes])
      const end = head.indexOf(headEnd)
      if (end < 0 && head.length <= maxHeadBytes) return
      const [, status] = /^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(head.toString('latin1', 0, 20)) ?? []
      if (end < 0 || status === undefined) return fail(new MalformedReply('the proxy does not speak HTTP'))
      if (!status.startsWith('2')) return fail(new TunnelRefused(Number(status), credentials !== ''))
      settle()
      socket.pause()
      const rest = head.subarray(end + headEnd.length)
      if (rest.length > 0) socket.unshift(rest)
      resolve()
    }
    socket.on('data', read)
    socket.on('end', hungUp)
    socket.on('close', hungUp)
    socket.on('error', fail)
    socket.write(`CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n${credentials}\r\n`)
  })
}
