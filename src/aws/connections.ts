import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import tls from 'node:tls'
import { createProxyRule, type ProxyVariables } from '../http/proxy/proxy-rule.ts'
import { type AwsTransport, createAwsTransport } from './aws-transport.ts'
import { readCaFiles } from './certificates.ts'
import { prepareFirstUse } from './first-use.ts'

/** How the environment wants AWS to be reached; read once in settings. */
export interface AwsNetworkSettings {
  readonly proxy: ProxyVariables
  /** The system's list in place of the usual files (SSL_CERT_FILE). */
  readonly systemCaFile?: string
  /** PEM files trusted beside the built-in and the system's certificates (AWS_CA_BUNDLE). */
  readonly caFiles: readonly string[]
}

/** Node's own agents, for what our pool does not serve, close idle connections after as long as ours does. */
const idleSocketMs = 8_000
/** Above every bound on concurrent fetches, so that a request never queues for a socket: that looks like a dead network. */
const maxSockets = 512

/** The connections to AWS that all of the process shares. */
export interface AwsConnections {
  readonly transport: AwsTransport
  /** Node's agent for a URL, with the same trust and proxy, for whoever wants to see how AWS is reached. */
  agentTo(url: URL): http.Agent
  /** Reads the trusted certificates now, some 50 ms of CPU, and whatever else the first connection would wait for. */
  warm(): void
}

/**
 * Makes the one pool of kept connections that all AWS clients of the process share.
 *
 * @throws {ProviderError} SETTING_INVALID for a CA file without certificates.
 */
export function createConnections(settings: AwsNetworkSettings): AwsConnections {
  const extraCa = readCaFiles(settings.caFiles)
  const proxyTo = createProxyRule(settings.proxy)
  let context: tls.SecureContext | undefined
  const trust = () => {
    context ??= trusting(extraCa, settings.systemCaFile)
    return context
  }
  const agents = new Map<string, http.Agent>()
  const agentTo = (url: URL): http.Agent => {
    const isProxied = proxyTo(url) !== undefined
    const key = `${url.protocol} ${isProxied}`
    const agent = agents.get(key) ?? makeAgent(url, isProxied ? settings.proxy : {}, trust)
    agents.set(key, agent)
    return agent
  }
  return {
    transport: createAwsTransport({ trust, proxyTo, agentOf: agentTo }),
    agentTo,
    warm() {
      trust()
      prepareFirstUse()
    },
  }
}

/** Which hosts go through the proxy has been decided: the agent has no NO_PROXY of its own, which it would read otherwise. */
function makeAgent(
  { protocol }: URL,
  { HTTP_PROXY, HTTPS_PROXY }: ProxyVariables,
  trust: () => tls.SecureContext,
): http.Agent {
  const common = {
    keepAlive: true,
    maxSockets,
    maxFreeSockets: 64,
    timeout: idleSocketMs,
    proxyEnv: { HTTP_PROXY, HTTPS_PROXY },
  }
  if (protocol !== 'https:') return new http.Agent(common)
  const secure: https.AgentOptions & tls.ConnectionOptions = { ...common, secureContext: trust() }
  return new https.Agent(secure)
}

/** One context for all connections: a `ca` list on the agent would be parsed again for each, 8 ms of CPU a time. */
function trusting(extraCa: readonly string[], systemCaFile: string | undefined): tls.SecureContext {
  const ca = [...defaultCertificates(), ...systemCertificates(systemCaFile), ...extraCa]
  // The same certificate comes from several lists, with its lines broken elsewhere.
  const distinct = new Map(ca.map((pem) => [pem.replaceAll(/\s/g, ''), pem]))
  return tls.createSecureContext({ ca: [...distinct.values()] })
}

/** Mozilla's list and NODE_EXTRA_CA_CERTS. */
function defaultCertificates(): readonly string[] {
  return typeof tls.getCACertificates === 'function' ? tls.getCACertificates('default') : tls.rootCertificates
}

/** Where systems keep their list as one file, as Go looks for it: Debian, Fedora and RHEL, SUSE, Alpine. */
const systemCaFiles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
]

/**
 * The system's own list, one certificate an entry. Read by hand: Node's reader takes the folder of single files
 * too, the same certificates once more, at 40 ms of CPU and 4 MiB.
 */
function systemCertificates(file: string | undefined): readonly string[] {
  for (const each of file === undefined ? systemCaFiles : [file]) {
    try {
      return (
        readFileSync(each, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
      )
    } catch {
      // Not every image has one, and the built-in list stands.
    }
  }
  return []
}
