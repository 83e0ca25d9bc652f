import { randomBytes } from 'node:crypto'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { createServer as createTcpServer, isIPv6, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { createAwsEndpoint } from './aws-endpoint.ts'
import { createCertificateAuthority } from './certificate-authority.ts'
import { createConnectProxy } from './connect-proxy.ts'
import type { Connections } from './connections.ts'
import { createConnections } from './connections.ts'
import { createControlServer, type EmulatorControl } from './control-api.ts'
import { mergeWorld } from './edit-world.ts'
import { createExchange } from './http-exchange.ts'
import { readKubernetesRequest } from './kubernetes-api.ts'
import type { Latency } from './latency.ts'
import { readAgentRequest } from './pod-identity-agent.ts'
import { rotate } from './rotate.ts'
import type { Stage } from './stage.ts'
import { createStage } from './stage.ts'
import { mintToken } from './web-identity-token.ts'
import type { World } from './world.ts'
import { exampleWorld } from './world.ts'

/** Where to listen; the port is free of choice when it is left out or 0, the address 127.0.0.1. */
export interface ListenAt {
  readonly address?: string
  readonly port?: number
}

export interface EmulatorOptions {
  /** Default: `exampleWorld()`. */
  readonly world?: World
  readonly aws?: ListenAt
  readonly proxy?: ListenAt & {
    /** `user:password` that CONNECT must bring. */
    readonly authorization?: string
  }
  readonly kubernetes?: ListenAt
  readonly control?: ListenAt
  /** Default: no agent. */
  readonly podIdentity?: readonly ListenAt[]
  /** Further names and addresses in the certificates of the AWS endpoint and the Kubernetes API. */
  readonly certificateNames?: readonly string[]
  /** Certificate and key (PEM) of an earlier emulator's authority; default a new one. */
  readonly authority?: string
  /** The only key exchange of TLS that AWS takes, as OpenSSL names it; default all. */
  readonly keyExchange?: string
  /** Default: none. */
  readonly latency?: Latency
  /** Default true; false saves CPU in benchmarks. */
  readonly verifySignatures?: boolean
  /** How many calls the log keeps, default 10000. */
  readonly keepCalls?: number
  /** Key of the tokens minted, default random. */
  readonly tokenKey?: string
  /** For faults with a probability. */
  readonly random?: () => number
}

export interface EmulatorAddresses {
  /** `https://127.0.0.1:port`, for clients with an endpoint of their own. */
  readonly aws: string
  /** For HTTPS_PROXY. */
  readonly proxy: string
  readonly kubernetes: string
  readonly control: string
  readonly podIdentity: readonly string[]
}

export interface Emulator extends EmulatorControl {
  readonly addresses: EmulatorAddresses
}

/** Starts AWS, its proxy, Kubernetes and the control API on loopback (or where the options say). */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const tokenKey = options.tokenKey ?? randomBytes(32).toString('hex')
  const stage = createStage({
    world: options.world ?? exampleWorld(),
    latency: options.latency ?? {},
    verifySignatures: options.verifySignatures ?? true,
    keepCalls: options.keepCalls ?? 10_000,
    tokenKey,
    random: options.random ?? Math.random,
  })
  const authority = createCertificateAuthority('Emulator of AWS and Kubernetes', options.authority)
  const connections = createConnections(stage)
  const certificateNames = [
    ...(options.certificateNames ?? []),
    ...addressesIn(options.aws, options.kubernetes),
  ]
  const aws = createAwsEndpoint(stage, connections, authority, certificateNames, options.keyExchange)
  const awsServer = createTcpServer((socket) => aws.accept(connections.open(socket, 'direct')))
  const proxy = createConnectProxy(stage, connections, aws, options.proxy?.authorization)
  const kubernetesNames = [
    'localhost',
    '127.0.0.1',
    '::1',
    'kubernetes',
    'kubernetes.default.svc',
    ...certificateNames,
  ]
  const kubernetes = createHttpsServer(
    {
      ...authority.serverCredentials([...new Set(kubernetesNames)]),
      ALPNProtocols: ['http/1.1'],
      keepAliveTimeout: 60_000,
    },
    createExchange(stage, connections, (request, body) => readKubernetesRequest(stage, request, body)),
  )
  kubernetes.on('connection', (socket) => meet(stage, connections, socket, 'kubernetes', ''))
  const agents = (options.podIdentity ?? []).map((at) => {
    const family = isIPv6(at.address ?? '') ? 'ipv6' : 'ipv4'
    const agent = createHttpServer(
      createExchange(stage, connections, (request) => readAgentRequest(stage, request, family)),
    )
    agent.on('connection', (socket) => meet(stage, connections, socket, 'pod-identity', family))
    return { agent, at }
  })
  const servers: Server[] = []
  const listen = async (server: Server, scheme: string, at: ListenAt = {}): Promise<string> => {
    servers.push(server)
    return urlOf(scheme, await listening(server, at))
  }

  const emulator: EmulatorControl = {
    certificate: authority.certificate,
    authority: authority.pem,
    world: () => stage.index().world,
    setWorld: (world) => void stage.edit(() => world),
    mergeWorld: (change) => void stage.edit((world) => mergeWorld(world, change)),
    rotate: (rotation) => rotate(stage, rotation),
    addFault: (fault) => stage.faults.add(fault),
    clearFaults: (id) => stage.faults.remove(id),
    calls: (filter) => stage.calls.calls(filter),
    counters: () => stage.calls.counters(),
    clearCalls: () => stage.calls.clear(),
    setLatency: (latency) => stage.setLatency(latency),
    setClockOffset: (seconds) => stage.setClockOffset(seconds * 1000),
    endSessions: (how, role) => stage.sessions.end(how, role),
    resetConnections: (region) => connections.reset(region),
    mintToken: (wish) => mintToken(wish, tokenKey, stage.now() / 1000),
    async close() {
      const closed = servers.map((server) => new Promise((done) => server.close(done)))
      aws.close()
      connections.reset()
      control.closeAllConnections()
      proxy.closeAllConnections()
      await Promise.all(closed)
    },
  }
  const control = createControlServer(emulator, stage.faults)
  try {
    const addresses = {
      aws: await listen(awsServer, 'https', options.aws),
      proxy: await listen(proxy, 'http', options.proxy),
      kubernetes: await listen(kubernetes, 'https', options.kubernetes),
      control: await listen(control, 'http', options.control),
      podIdentity: await Promise.all(agents.map(({ agent, at }) => listen(agent, 'http', at))),
    }
    return { ...emulator, addresses }
  } catch (error) {
    await emulator.close()
    throw error
  }
}

/** Takes note of a connection to a listener that is of no region and applies its connection faults. */
function meet(
  stage: Stage,
  connections: Connections,
  socket: Duplex,
  service: 'kubernetes' | 'pod-identity',
  region: string,
): void {
  if (!(socket instanceof Socket)) {
    return
  }
  const connection = connections.open(socket, 'direct')
  connection.region = region
  const fault = stage.faults.takeForConnection({ service, region })
  if (fault?.effect.do === 'refuse') {
    socket.resetAndDestroy()
  } else if (fault !== undefined) {
    connection.silent = true
  }
}

function addressesIn(...places: readonly (ListenAt | undefined)[]): string[] {
  return places
    .flatMap((place) => place?.address ?? [])
    .filter((address) => address !== '0.0.0.0' && address !== '::')
}

function listening(server: Server, { address = '127.0.0.1', port = 0 }: ListenAt): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, () => {
      server.off('error', reject)
      const bound = server.address()
      if (bound === null || typeof bound === 'string') {
        reject(new Error('The listener has no port.'))
      } else {
        resolve(bound)
      }
    })
  })
}

function urlOf(scheme: string, { address, port }: AddressInfo): string {
  return `${scheme}://${isIPv6(address) ? `[${address}]` : address}:${port}`
}
