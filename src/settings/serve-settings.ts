import type { AwsClientSettings } from '../aws/aws-calls.ts'
import type { AwsNetworkSettings } from '../aws/connections.ts'
import { fault } from '../errors/provider-error.ts'
import { parseGoBoolean } from '../go-syntax/boolean.ts'
import { parseGoDuration } from '../go-syntax/duration.ts'
import { proxyUrl } from '../http/proxy/read-proxy.ts'
import type { LogFormat, LogLevel } from '../process/log.ts'
import { providerName, version } from '../process/version.ts'
import { isRegionName } from '../request/region-name.ts'
import { readTraceSettings, type TraceSettings } from './trace-settings.ts'

/** Environment variables, as process.env gives them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** How AWS is reached; the same for the daemon and for the commands. */
export interface AwsSettings extends AwsClientSettings, AwsNetworkSettings {
  /** AWS_REGION; the node's label answers where it is missing. */
  readonly region?: string
  /** AWS_MAX_ATTEMPTS */
  readonly maxTries?: number
}

/** Everything the daemon is told from outside. */
export interface ServeSettings {
  readonly aws: AwsSettings
  readonly providerVolume: string
  readonly driverWritesSecrets: boolean
  /** Whether files may be given to other users and groups than root. */
  readonly allowFileOwner: boolean
  readonly qps: number
  readonly burst: number
  /** Milliseconds a try at the Pod Identity agent may take. */
  readonly podIdentityTimeoutMs: number
  readonly maxResponseBytes: number
  readonly maxVolumeBytes: number
  /** The text that to_string() makes of nothing fails a mount. */
  readonly strictExtracts: boolean
  readonly healthPort: number
  readonly logLevel: LogLevel
  readonly logFormat: LogFormat
  readonly nodeName?: string
  /** Absent unless the environment asks for traces. */
  readonly traces: TraceSettings | undefined
  readonly cluster: {
    readonly KUBERNETES_SERVICE_HOST?: string
    readonly KUBERNETES_SERVICE_PORT?: string
    readonly serviceAccountDirectory?: string
    /** In place of the surroundings of a pod. */
    readonly kubeconfig?: string
  }
  /** What was wrong but could be bridged by a default; for the log. */
  readonly warnings: readonly string[]
}

/** The flags of `serve`, as text; a missing one takes its default. */
export type ServeFlags = Readonly<Partial<Record<ServeFlagName, string>>>

/** Names of the daemon's flags, without dashes. */
export type ServeFlagName =
  | 'provider-volume'
  | 'driver-writes-secrets'
  | 'allow-file-owner'
  | 'qps'
  | 'burst'
  | 'eks-addon-version'
  | 'pod-identity-http-timeout'
  | 'max-response-bytes'
  | 'max-volume-bytes'
  | 'strict-extracts'
  | 'health-port'
  | 'log-level'
  | 'log-format'
  | 'v'
  | 'service-account-directory'
  | 'kubeconfig'

/**
 * A freshly booted node's agent may take a second for its first answer; upstream's 100 ms fail there, and its
 * users see pods that do not start.
 */
const defaultPodIdentityTimeoutMs = 2_000

/**
 * Reads flags and environment of the daemon.
 * @throws {ProviderError} SETTING_INVALID for what no default may bridge.
 */
export function readServeSettings(flags: ServeFlags, environment: Environment): ServeSettings {
  const warnings: string[] = []
  return {
    aws: readAwsSettings(environment, flags['eks-addon-version']),
    providerVolume: flags['provider-volume'] || '/var/run/secrets-store-csi-providers',
    driverWritesSecrets: booleanOf('--driver-writes-secrets', flags['driver-writes-secrets']),
    allowFileOwner: booleanOf('--allow-file-owner', flags['allow-file-owner']),
    qps: numberOf('--qps', flags.qps, 50, { min: Number.NEGATIVE_INFINITY, max: 1e6 }),
    burst: numberOf('--burst', flags.burst, 200, { whole: true, min: 0, max: 1e6 }),
    podIdentityTimeoutMs: timeoutOf(flags['pod-identity-http-timeout'], warnings),
    maxResponseBytes: numberOf('--max-response-bytes', flags['max-response-bytes'], 4_194_304, {
      whole: true,
      min: 1_024,
      max: 2 ** 31 - 1,
    }),
    maxVolumeBytes: numberOf('--max-volume-bytes', flags['max-volume-bytes'], 8_388_608, {
      whole: true,
      min: 1_024,
      max: 2 ** 31 - 1,
    }),
    strictExtracts: booleanOf('--strict-extracts', flags['strict-extracts']),
    healthPort: numberOf('--health-port', flags['health-port'], 8989, { whole: true, min: 0, max: 65_535 }),
    logLevel: levelOf(flags['log-level'], flags.v),
    logFormat: oneOf('--log-format', flags['log-format'], ['json', 'text'], 'json'),
    ...optional('nodeName', environment.NODE_NAME),
    traces: readTraceSettings(environment, warnings),
    cluster: {
      ...optional('KUBERNETES_SERVICE_HOST', environment.KUBERNETES_SERVICE_HOST),
      ...optional('KUBERNETES_SERVICE_PORT', environment.KUBERNETES_SERVICE_PORT),
      ...optional('serviceAccountDirectory', flags['service-account-directory']),
      ...optional('kubeconfig', flags.kubeconfig),
    },
    warnings,
  }
}

/**
 * Reads what concerns AWS.
 * @throws {ProviderError} SETTING_INVALID.
 */
export function readAwsSettings(environment: Environment, addonVersion?: string): AwsSettings {
  const attempts = environment.AWS_MAX_ATTEMPTS
  return {
    ...regionOf(environment.AWS_REGION),
    useFipsEndpoint: booleanOf('AWS_USE_FIPS_ENDPOINT', environment.AWS_USE_FIPS_ENDPOINT),
    useDualstackEndpoint: booleanOf('AWS_USE_DUALSTACK_ENDPOINT', environment.AWS_USE_DUALSTACK_ENDPOINT),
    endpoints: {
      ...endpointOf(environment, 'secretsmanager', 'SECRETS_MANAGER'),
      ...endpointOf(environment, 'ssm', 'SSM'),
      ...endpointOf(environment, 'sts', 'STS'),
    },
    // The SDK warns at every call about an id of more than 50 characters.
    appId: `${providerName}-${addonVersion || version}`.slice(0, 50),
    proxy: {
      ...proxyOf(environment, 'HTTPS_PROXY'),
      ...proxyOf(environment, 'HTTP_PROXY'),
      ...optional('NO_PROXY', environment.NO_PROXY || environment.no_proxy),
    },
    ...optional('systemCaFile', environment.SSL_CERT_FILE),
    caFiles: environment.AWS_CA_BUNDLE ? [environment.AWS_CA_BUNDLE] : [],
    ...(attempts
      ? { maxTries: numberOf('AWS_MAX_ATTEMPTS', attempts, 3, { whole: true, min: 1, max: 100 }) }
      : {}),
  }
}

/** AWS_REGION. It becomes part of host names, and of what every mount says when it fails. */
function regionOf(text: string | undefined): Partial<Record<'region', string>> {
  if (!text) return {}
  if (isRegionName(text)) return { region: text }
  const expected = 'the code of an AWS region, such as us-east-1'
  throw fault('SETTING_INVALID', { setting: 'AWS_REGION', received: text, expected })
}

/** A proxy variable, in capitals before small letters; `proxy:3128` is `http://proxy:3128`, as Go and curl read it. */
function proxyOf(
  environment: Environment,
  name: 'HTTPS_PROXY' | 'HTTP_PROXY',
): Partial<Record<typeof name, string>> {
  const setting = environment[name] ? name : name.toLowerCase()
  const text = environment[setting]
  if (!text) return {}
  const url = proxyUrl(text)
  // What was meant for a URL may hold a password: it is not quoted.
  if (url === undefined) {
    const scheme = /^[a-z][a-z\d+.-]*:\/\//i.exec(text.trim())?.[0]
    const received = scheme === undefined ? 'no URL' : `a URL with ${scheme}`
    const expected = 'the URL of an HTTP proxy, such as http://proxy.example:3128 (http or https)'
    throw fault('SETTING_INVALID', { setting, received, expected })
  }
  return { [name]: /^https?:\/\//i.test(text.trim()) ? text.trim() : `http://${text.trim()}` }
}

function endpointOf(
  environment: Environment,
  service: string,
  suffix: string,
): Readonly<Record<string, string>> {
  const name = `AWS_ENDPOINT_URL_${suffix}`
  const url = environment[name] || environment.AWS_ENDPOINT_URL
  if (!url || environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return {}
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    const setting = environment[name] ? name : 'AWS_ENDPOINT_URL'
    throw fault('SETTING_INVALID', { setting, received: url, expected: 'an http or https URL' })
  }
  return { [service]: url }
}

function booleanOf(setting: string, text: string | undefined): boolean {
  if (text === undefined || text === '') return false
  const value = parseGoBoolean(text)
  if (value !== undefined) return value
  throw fault('SETTING_INVALID', { setting, received: text, expected: '"true" or "false"' })
}

function numberOf(
  setting: string,
  text: string | undefined,
  otherwise: number,
  { whole = false, min, max }: { readonly whole?: boolean; readonly min: number; readonly max: number },
): number {
  if (text === undefined || text === '') return otherwise
  const value = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN
  if (value >= min && value <= max && (!whole || Number.isInteger(value))) return value
  const range = Number.isFinite(min) ? ` from ${min} to ${max}` : ''
  throw fault('SETTING_INVALID', {
    setting,
    received: text,
    expected: `a ${whole ? 'whole ' : ''}number${range}`,
  })
}

function timeoutOf(text: string | undefined, warnings: string[]): number {
  if (text === undefined || text === '') return defaultPodIdentityTimeoutMs
  const value = parseGoDuration(text)
  if (value !== undefined && value > 0) return Math.min(value, 60_000)
  warnings.push(
    `--pod-identity-http-timeout is ${JSON.stringify(text.slice(0, 50))}, not a positive duration such as "2s": ${defaultPodIdentityTimeoutMs} ms is used`,
  )
  return defaultPodIdentityTimeoutMs
}

/** klog's `-v`: 0 to 3 is information, 4 and more is debugging. */
function levelOf(level: string | undefined, verbosity: string | undefined): LogLevel {
  if (level) return oneOf('--log-level', level, ['trace', 'debug', 'info', 'warn', 'error'], 'info')
  const v = numberOf('-v', verbosity, 0, { whole: true, min: -1_000, max: 1_000 })
  if (v >= 6) return 'trace'
  return v >= 4 ? 'debug' : 'info'
}

function oneOf<T extends string>(
  setting: string,
  text: string | undefined,
  words: readonly T[],
  otherwise: T,
): T {
  if (!text) return otherwise
  const found = words.find((word) => word === text.toLowerCase())
  if (found !== undefined) return found
  throw fault('SETTING_INVALID', { setting, received: text, expected: `one of ${words.join(', ')}` })
}

function optional<Key extends string>(key: Key, value: string | undefined): Partial<Record<Key, string>> {
  return value === undefined || value === '' ? {} : ({ [key]: value } as Record<Key, string>)
}
