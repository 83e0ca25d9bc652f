import type { IncomingMessage, Server } from 'node:http'
import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import type { AwsEndpoint } from './aws-endpoint.ts'
import { afterDelay } from './aws-endpoint.ts'
import type { Connections } from './connections.ts'
import { readEndpointName } from './endpoint-name.ts'
import { connectionDelay } from './latency.ts'
import type { Stage } from './stage.ts'

/**
 * An HTTP proxy that leads CONNECT of any host of AWS into the emulator, so that clients use the real names.
 * Other hosts are refused with 403: nothing leaves the machine. `authorization` is `user:password`, if asked for.
 */
export function createConnectProxy(
  stage: Stage,
  connections: Connections,
  aws: AwsEndpoint,
  authorization: string | undefined,
): Server {
  const server = createServer((_request, response) => {
    response.writeHead(403, { 'content-type': 'text/plain' }).end('This proxy answers CONNECT alone.\n')
  })
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const host = request.url ?? ''
    const endpoint = host.endsWith(':443') ? readEndpointName(host) : undefined
    const connection = connections.open(socket, 'proxy')
    const call = stage.calls.begin(
      {
        service: 'proxy',
        operation: 'CONNECT',
        region: endpoint?.region ?? '',
        host,
        names: [],
        role: undefined,
        session: undefined,
        userAgent: request.headers['user-agent'] ?? '',
        connection: connection.id,
        via: 'proxy',
      },
      stage.now(),
    )
    const refuse = (status: number, reason: string, header = ''): void => {
      call.end(status, `HTTP ${status}`)
      socket.end(`HTTP/1.1 ${status} ${reason}\r\n${header}content-length: 0\r\n\r\n`)
    }
    if (authorization !== undefined && request.headers['proxy-authorization'] !== basic(authorization)) {
      refuse(407, 'Proxy Authentication Required', 'proxy-authenticate: Basic realm="emulator"\r\n')
      return
    }
    if (endpoint === undefined) {
      refuse(403, 'Forbidden')
      return
    }
    if (!stage.index().regions.has(endpoint.region)) {
      refuse(502, 'Bad Gateway')
      return
    }
    connection.host = host.slice(0, -':443'.length)
    connection.region = endpoint.region
    const fault = stage.faults.takeForConnection(endpoint)
    if (fault !== undefined) {
      call.faulty(fault.id)
    }
    switch (fault?.effect.do) {
      case 'black-hole':
        return
      case 'refuse':
        if (fault.effect.status === 0) {
          socket.resetAndDestroy()
        } else {
          refuse(fault.effect.status ?? 502, 'Bad Gateway')
        }
        return
      case 'hang-after-tls':
        connection.silent = true
    }
    afterDelay(connectionDelay(stage.latency(), endpoint.region), () => {
      call.end(200)
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      if (fault?.effect.do === 'hang-tls') {
        return
      }
      if (head.length > 0) {
        socket.unshift(head)
      }
      aws.serve(connection)
    })
  })
  return server
}

function basic(userAndPassword: string): string {
  return `Basic ${Buffer.from(userAndPassword).toString('base64')}`
}
