import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'
import { fault } from '../errors/provider-error.ts'
import type { Log } from '../process/log.ts'
import { providerName } from '../process/version.ts'
import { answerMount, type MountHandler } from './answer-mount.ts'
import { shimAuthority } from './authority/authority-shim.ts'
import {
  driverApiVersion,
  maxMessageBytes,
  mountMethod,
  probeKey,
  toBuffer,
  versionMethod,
} from './driver-methods.ts'
import { listen } from './listen.ts'
import { probeVersion } from './probe-version.ts'
import { VersionResponse } from './proto/provider.ts'
import { RunningMounts } from './running-mounts.ts'
import { widenWindows } from './widen-windows.ts'

const probeTimeoutMs = 5_000
/** For the last answers and the GOAWAY to reach a driver that may not read. */
const farewellMs = 1_000

/** What the server serves. */
export interface DriverServerOptions {
  readonly socketPath: string
  readonly mount: MountHandler
  /** Our release, for the driver's log. */
  readonly version: string
  readonly log: Log
  /** How often to look after the socket, in milliseconds. */
  readonly checkMs?: number
  /** Hears that somebody has been told our version, each time. */
  readonly answeredVersion?: () => void
}

/** The server as it runs. */
export interface DriverServer {
  /** Mounts that run, or whose answer is not out yet. */
  readonly inFlight: number
  /** Whether a driver that dials the socket now reaches this very process, and it answers. Never rejects. */
  answersVersion(): Promise<boolean>
  /**
   * Takes no more calls (GOAWAY), gives those under way `graceMs`, ends what is left with SHUTTING_DOWN, and
   * closes every connection. Resolves at once when idle; the socket's file stays for a successor.
   */
  drain(graceMs: number): Promise<void>
}

/**
 * Serves the driver at `socketPath`.
 * @throws {ProviderError} SOCKET_*.
 */
export async function serveDriver(options: DriverServerOptions): Promise<DriverServer> {
  const { socketPath, mount, version, log, checkMs, answeredVersion } = options
  const running = new RunningMounts()
  const probes = new Map<string, 'sent' | 'seen'>()
  const connections = new Set<Duplex>()

  const narrow = widenWindows()
  const server = new Server({
    'grpc.enable_channelz': 0,
    // Over its limit grpc-js answers RESOURCE_EXHAUSTED, which kubelet takes for "maybe mounted".
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': -1,
  })
  const asIs = (bytes: Buffer) => bytes
  server.register(versionMethod, answerVersion(version, probes, answeredVersion), asIs, asIs, 'unary')
  server.register(mountMethod, answerMount({ mount, running, log }), asIs, asIs, 'unary')

  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  const listener = await listen({
    socketPath,
    log,
    ...(checkMs === undefined ? {} : { checkMs }),
    accept(socket) {
      const connection = shimAuthority(socket)
      connections.add(connection)
      connection.once('close', () => connections.delete(connection))
      injector.injectConnection(connection)
    },
  })

  async function shutDown(graceMs: number): Promise<void> {
    listener.close()
    narrow()
    server.tryShutdown(() => undefined)
    await running.idle(graceMs)
    running.endAll(fault('SHUTTING_DOWN', {}))
    await running.idle(farewellMs)
    await untilClosed(connections, farewellMs)
    for (const connection of connections) connection.destroy()
    server.forceShutdown()
  }

  let draining: Promise<void> | undefined
  return {
    get inFlight() {
      return running.size
    },
    async answersVersion() {
      if (draining !== undefined || !listener.owned) return false
      const probe = randomUUID()
      probes.set(probe, 'sent')
      const answered = await probeVersion(socketPath, probeTimeoutMs, probe)
      const seen = probes.get(probe) === 'seen'
      probes.delete(probe)
      return answered && seen
    },
    drain(graceMs) {
      draining ??= shutDown(graceMs)
      return draining
    },
  }
}

/** Notes the mark of our own probe, which proves that the socket leads to this process. */
function answerVersion(version: string, probes: Map<string, 'sent' | 'seen'>, answered = () => {}) {
  const answer = toBuffer(
    VersionResponse.encode({
      version: driverApiVersion,
      runtimeName: providerName,
      runtimeVersion: version,
    }),
  )
  return (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>): void => {
    for (const probe of call.metadata.get(probeKey).map(String)) {
      if (probes.has(probe)) probes.set(probe, 'seen')
    }
    respond(null, answer)
    answered()
  }
}

/** Resolves when every connection is closed, or after `ms`. */
async function untilClosed(connections: ReadonlySet<Duplex>, ms: number): Promise<void> {
  const late = AbortSignal.timeout(ms)
  try {
    await Promise.all(
      [...connections].map((connection) => connection.closed || once(connection, 'close', { signal: late })),
    )
  } catch {
    // Late, or broken: whoever waits destroys what is left.
  }
}
