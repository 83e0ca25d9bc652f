import {
  type GetSecretValueCommand,
  type GetSecretValueCommandOutput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { type GetParametersCommand, type GetParametersCommandOutput, SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import { NoAuthSigner } from '@smithy/core'
import { LRUCache } from 'lru-cache'
import type { AwsConnections } from './connections.ts'
import type { AwsService } from './failure.ts'
import { type CallCredentials, createSigningHandler, type SignedCallOptions } from './signing-handler.ts'

/** Regions come from the authors of pods, who could name a new one in every class: the clients of the latest are kept. */
const maxRegions = 16

/** How AWS clients are made, beside connections and credentials; read once in settings. */
export interface AwsClientSettings {
  readonly useFipsEndpoint: boolean
  readonly useDualstackEndpoint: boolean
  /** AWS_ENDPOINT_URL and AWS_ENDPOINT_URL_<SERVICE>; they hold for every region. */
  readonly endpoints: Readonly<Partial<Record<AwsService, string>>>
  /** `app/…` in the user agent, at most 50 characters. */
  readonly appId: string
}

export type ClientCredentials = CallCredentials

interface CallSignal {
  readonly abortSignal: AbortSignal
}

/** What an identity may ask of AWS: calls that are signed as that identity. */
export interface AwsClients {
  secretsManager(region: string): {
    readonly config: SecretsManagerClient['config']
    send(command: GetSecretValueCommand, options: CallSignal): Promise<GetSecretValueCommandOutput>
  }
  parameterStore(region: string): {
    readonly config: SSMClient['config']
    send(command: GetParametersCommand, options: CallSignal): Promise<GetParametersCommandOutput>
  }
}

export type ClientFactory = (credentials: ClientCredentials) => AwsClients

/**
 * Makes one SDK client a service and region for the whole process, and gives each identity calls on it that
 * are signed with that identity's credentials (createSigningHandler).
 */
export function createClientFactory(settings: AwsClientSettings, connections: AwsConnections): ClientFactory {
  const secretsManagers = new LRUCache<string, SecretsManagerClient>({ max: maxRegions })
  const parameterStores = new LRUCache<string, SSMClient>({ max: maxRegions })
  const optionsOf = (service: Exclude<AwsService, 'sts'>, region: string) => ({
    ...clientOptions(settings, connections),
    ...endpointOptions(settings, service),
    ...signedByHandler,
    region,
    requestHandler: createSigningHandler(connections.requestHandler, { service, region }),
  })
  const secretsManagerOf = (region: string) =>
    once(secretsManagers, region, () => new SecretsManagerClient(optionsOf('secretsmanager', region)))
  const parameterStoreOf = (region: string) =>
    once(parameterStores, region, () => new SSMClient(optionsOf('ssm', region)))
  return (credentials) => ({
    secretsManager(region) {
      const client = secretsManagerOf(region)
      return {
        config: client.config,
        send: (command, options) => client.send(command, as(credentials, options)),
      }
    },
    parameterStore(region) {
      const client = parameterStoreOf(region)
      return {
        config: client.config,
        send: (command, options) => client.send(command, as(credentials, options)),
      }
    },
  })
}

/** The SDK hands the options of a call on to its request handler. */
function as(credentials: ClientCredentials, options: CallSignal): SignedCallOptions {
  return { ...options, credentials }
}

/** Tells a client to leave signing to its request handler. */
const signedByHandler = {
  httpAuthSchemeProvider: () => [{ schemeId: 'smithy.api#noAuth' }],
  httpAuthSchemes: [
    { schemeId: 'smithy.api#noAuth', identityProvider: () => async () => ({}), signer: new NoAuthSigner() },
  ],
  credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
}

/** Makes the STS client of each region; it holds no identity, so all pods share it. */
export function createStsClients(
  settings: AwsClientSettings,
  connections: AwsConnections,
): (region: string) => STSClient {
  const clients = new LRUCache<string, STSClient>({ max: maxRegions })
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

function once<T extends object>(made: LRUCache<string, T>, region: string, make: () => T): T {
  const existing = made.get(region)
  if (existing !== undefined) return existing
  const client = make()
  made.set(region, client)
  return client
}
