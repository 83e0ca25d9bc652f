import type { Socket } from 'node:net'
import type { Stage } from './stage.ts'

/** One TCP connection that a client opened to a listener. */
export interface Connection {
  readonly id: number
  readonly raw: Socket
  readonly via: 'direct' | 'proxy'
  /** Host that CONNECT or the TLS hello named, '' when none did. */
  host: string
  region: string
  /** No request on it is answered any more. */
  silent: boolean
}

export interface Connections {
  /** Takes note of a socket just accepted. */
  open(raw: Socket, via: 'direct' | 'proxy'): Connection
  /** The connection below a socket, which may be the TLS socket made of the accepted one. */
  find(socket: Socket): Connection | undefined
  /** Resets those open now (to one region). */
  reset(region?: string): void
}

export function createConnections(stage: Stage): Connections {
  // A TLS socket has the addresses of the one below it, and nothing else public that leads there.
  const byAddresses = new Map<string, Connection>()
  let opened = 0
  return {
    open(raw, via) {
      opened += 1
      stage.calls.countConnection('opened')
      const connection = { id: opened, raw, via, host: '', region: '', silent: false }
      const key = addressesOf(raw)
      byAddresses.set(key, connection)
      raw.setNoDelay(true)
      // Clients go away as they like; the close that follows is all that matters.
      raw.on('error', () => undefined)
      raw.once('close', () => {
        stage.calls.countConnection('closed')
        if (byAddresses.get(key) === connection) {
          byAddresses.delete(key)
        }
      })
      return connection
    },
    find: (socket) => byAddresses.get(addressesOf(socket)),
    reset(region) {
      for (const connection of byAddresses.values()) {
        if (region === undefined || connection.region === region) {
          connection.raw.resetAndDestroy()
        }
      }
    },
  }
}

function addressesOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}`
}
