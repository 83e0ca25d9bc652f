import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import type { AwsCredentials } from '../identity/aws-credentials.ts'
import type { AwsConnections } from './connections.ts'
import type { AwsService } from './failure.ts'

/** How AWS clients are made, beside connections and credentials; read once in settings. */
export interface AwsClientSettings {
  readonly useFipsEndpoint: boolean
  readonly useDualstackEndpoint: boolean
  /** AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>; they hold for every region. */
  readonly endpoints: Readonly<Partial<Record<AwsService, string>>>
  /** `app/…` in the user agent, at most 50 characters. */
  readonly appId: string
}

/** Credentials of one identity, or the shell's own way to get some (which refreshes by itself). */
export type ClientCredentials = AwsCredentials | (() => Promise<SdkCredentials>)

interface SdkCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** The AWS clients of one identity: one a service and region, made when first needed. */
export interface AwsClients {
  secretsManager(region: string): SecretsManagerClient
  parameterStore(region: string): SSMClient
}

export type ClientFactory = (credentials: ClientCredentials) => AwsClients

/** Makes clients that share `connections` and nothing else: a client never outlives or leaves its identity. */
export function createClientFactory(settings: AwsClientSettings, connections: AwsConnections): ClientFactory {
  return (credentials) => {
    const secretsManagers = new Map<string, SecretsManagerClient>()
    const parameterStores = new Map<string, SSMClient>()
    const common = { ...clientOptions(settings, connections), credentials: forSdk(credentials) }
    return {
      secretsManager: (region) =>
        once(secretsManagers, region, () => {
          return new SecretsManagerClient({
            ...common,
            region,
            ...endpointOptions(settings, 'secretsmanager'),
          })
        }),
      parameterStore: (region) =>
        once(
          parameterStores,
          region,
          () => new SSMClient({ ...common, region, ...endpointOptions(settings, 'ssm') }),
        ),
    }
  }
}

/** Makes the STS client of each region; it holds no identity, so all pods share it. */
export function createStsClients(
  settings: AwsClientSettings,
  connections: AwsConnections,
): (region: string) => STSClient {
  const clients = new Map<string, STSClient>()
  return (region) =>
    once(clients, region, () => {
      // FIPS is for the two stores: STS lacks it in many regions.
      const { endpoint, useDualstackEndpoint } = endpointOptions(
        { ...settings, useFipsEndpoint: false },
        'sts',
      )
      return new STSClient({
        ...clientOptions(settings, connections),
        region,
        useFipsEndpoint: false,
        useDualstackEndpoint,
        ...(endpoint === undefined ? {} : { endpoint }),
        // AssumeRoleWithWebIdentity is not signed; without this the SDK would look for credentials.
        credentials: { accessKeyId: 'unsigned', secretAccessKey: 'unsigned' },
      })
    })
}

/** Every option that the SDK would otherwise read from shared config files or the environment is given here. */
function clientOptions(settings: AwsClientSettings, { requestHandler }: AwsConnections) {
  return {
    requestHandler,
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'legacy' as const,
    userAgentAppId: settings.appId,
    authSchemePreference: [],
    disableClockSkewCorrection: false,
    ignoreConfiguredEndpointUrls: true,
  }
}

/** The SDK refuses FIPS or dual-stack beside an endpoint of one's own: whoever names one has chosen already. */
function endpointOptions(settings: AwsClientSettings, service: AwsService) {
  const endpoint = settings.endpoints[service]
  return endpoint === undefined
    ? { useFipsEndpoint: settings.useFipsEndpoint, useDualstackEndpoint: settings.useDualstackEndpoint }
    : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }
}

/** A plain object: the SDK signs with it as it is, and refreshing stays with the session. */
function forSdk(credentials: ClientCredentials): SdkCredentials | (() => Promise<SdkCredentials>) {
  if (typeof credentials === 'function') return credentials
  return {
    accessKeyId: credentials.accessKeyId,
    secretAccessKey: credentials.secretAccessKey.reveal(),
    sessionToken: credentials.sessionToken.reveal(),
  }
}

function once<T>(made: Map<string, T>, region: string, make: () => T): T {
  const existing = made.get(region)
  if (existing !== undefined) return existing
  const client = make()
  made.set(region, client)
  return client
}
