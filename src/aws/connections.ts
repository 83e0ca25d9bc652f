import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import tls from 'node:tls'
import { type Agents, type AwsExchange, createAwsExchange } from './aws-exchange.ts'
import { readCaFiles } from './certificates.ts'

/** How the environment wants AWS to be reached; read once in settings. */
export interface AwsNetworkSettings {
  readonly proxy: {
    readonly HTTP_PROXY?: string
    readonly HTTPS_PROXY?: string
    readonly NO_PROXY?: string
  }
  /** The system's list in place of the usual files (SSL_CERT_FILE). */
  readonly systemCaFile?: string
  /** PEM files trusted beside the built-in and the system's certificates (AWS_CA_BUNDLE). */
  readonly caFiles: readonly string[]
}

/** Node's own agents, for what our pool does not serve, close idle connections after as long as ours does. */
const idleSocketMs = 8_000
/** Above every bound on concurrent fetches, so that a request never queues for a socket: that looks like a dead network. */
const maxSockets = 512

export interface AwsConnections {
  readonly exchange: AwsExchange
  /** What it connects with, for whoever wants to see how AWS is reached. */
  readonly agents: () => Agents
  /** Reads the trusted certificates now, some 50 ms of CPU, instead of at the first connection. */
  warm(): void
}

/** Makes the one keep-alive connection pool that all AWS clients of the process share. Throws SETTING_INVALID for an unreadable CA file. */
export function createConnections(settings: AwsNetworkSettings): AwsConnections {
  const extraCa = readCaFiles(settings.caFiles)
  const common = {
    keepAlive: true,
    maxSockets,
    maxFreeSockets: 64,
    timeout: idleSocketMs,
    proxyEnv: settings.proxy,
  }
  let agents: Agents | undefined
  const connected = (): Agents => {
    agents ??= {
      http: new http.Agent(common),
      https: new https.Agent({ ...common, secureContext: trusting(extraCa, settings.systemCaFile) }),
    }
    return agents
  }
  return {
    exchange: createAwsExchange(connected, { byNode: needsNode(settings) }),
    agents: connected,
    warm: () => void connected(),
  }
}

/** Proxies spoken to by TLS; and under Deno any, since an agent there opens no tunnels by itself. */
function needsNode({ proxy: { HTTPS_PROXY = '' } }: AwsNetworkSettings): boolean {
  return /^https:/i.test(HTTPS_PROXY) || (HTTPS_PROXY !== '' && 'Deno' in globalThis)
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
