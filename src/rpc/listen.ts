import { type FSWatcher, watch } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { basename, dirname } from 'node:path'
import { ProviderError } from '../errors/provider-error.ts'
import type { Log } from '../process/log.ts'
import { bindSocket, removeStaleSockets } from './bind-socket.ts'
import { identifySocket, probeSocket } from './socket-identity.ts'

const defaultCheckMs = 2_000

/** Where to listen, and whom to tell. */
export interface ListenOptions {
  /** Where the driver looks, e.g. /var/run/secrets-store-csi-providers/aws.sock. */
  readonly socketPath: string
  readonly accept: (socket: Socket) => void
  readonly log: Log
  /** How often to look after the socket, besides whenever the directory changes; default 2000. */
  readonly checkMs?: number
}

/** The socket as it is looked after. */
export interface Listener {
  /** Whether the socket at the path is ours: false while a successor answers there. */
  readonly owned: boolean
  /** Takes no more connections; the path stays as it is, since a successor may own it. */
  close(): void
}

/**
 * Listens at `socketPath`, in place of whoever does, and looks after the socket until closed: one that is missing or
 * refuses is made anew (an official provider removes it at its exit), a successor's is left alone.
 *
 * @throws {ProviderError} SOCKET_*.
 */
export async function listen({
  socketPath,
  accept,
  log,
  checkMs = defaultCheckMs,
}: ListenOptions): Promise<Listener> {
  const newServer = () => createServer({ allowHalfOpen: true }, accept)
  await removeStaleSockets(socketPath)
  let server = newServer()
  let identity = await bindSocket(server, socketPath)
  surviveAcceptErrors(server, log)
  let owned = true
  let closed = false

  async function check(): Promise<void> {
    const seen = identifySocket(socketPath)
    if (seen !== undefined && seen === identity) {
      owned = true
      return
    }
    if (seen !== undefined && (await probeSocket(socketPath)) === 'answers') {
      if (owned) log.warn({ socket: socketPath }, 'another provider has taken over the socket')
      owned = false
      return
    }
    if (closed) return
    await repair(seen)
  }

  async function repair(seen: string | undefined): Promise<void> {
    const next = newServer()
    // Whatever has come there since is a successor's, and alive.
    const made = await bindSocket(next, socketPath, () => !closed && identifySocket(socketPath) === seen)
    if (made === undefined) return
    const previous = server
    server = next
    identity = made
    owned = true
    surviveAcceptErrors(server, log)
    previous.close()
    log.warn({ socket: socketPath }, 'the socket was gone and has been made anew')
  }

  const stopWatching = watchOver(socketPath, checkMs, check, log)
  return {
    get owned() {
      return owned
    },
    close() {
      closed = true
      stopWatching()
      server.close()
    },
  }
}

/** Runs `check` by the clock and whenever the socket's name changes hands, one at a time; keeps no process alive. */
function watchOver(socketPath: string, everyMs: number, check: () => Promise<void>, log: Log): () => void {
  let running = false
  let again = false
  let failing = false
  async function run(): Promise<void> {
    again = running
    if (running) return
    running = true
    try {
      await check()
      failing = false
    } catch (error) {
      if (!failing) log.error({ socket: socketPath, ...describe(error) }, 'the socket cannot be looked after')
      failing = true
    }
    running = false
    if (again) await run()
  }
  const timer = setInterval(() => void run(), everyMs)
  timer.unref()
  const watcher = watchName(socketPath, () => void run())
  return () => {
    clearInterval(timer)
    watcher?.close()
  }
}

/** The clock alone will do where the node has no watches left. */
function watchName(path: string, onChange: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
      if (name === basename(path)) onChange()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}

/** Running out of descriptors is no reason to end: the next connection may find one. */
function surviveAcceptErrors(server: Server, log: Log): void {
  server.on('error', (error) => log.error(describe(error), 'a connection could not be accepted'))
}

function describe(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof ProviderError) return { code: error.code, error: error.message }
  return { code: (error as NodeJS.ErrnoException).code }
}
