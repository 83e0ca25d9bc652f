import {
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import { GetParametersCommand, type GetParametersCommandInput, SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import { NoAuthSigner } from '@smithy/core'
import type { HttpHandlerOptions } from '@smithy/types'
import { LRUCache } from 'lru-cache'
import { providerName, version } from '../version.ts'
import { type CallCredentials, signersOf } from './call-credentials.ts'
import type { AwsConnections } from './connections.ts'
import { type EndpointRules, type EndpointSettings, endpointOf } from './endpoint.ts'
import type { AwsService } from './failure.ts'
import { createJsonService, type JsonAnswer, type JsonService } from './json-service.ts'
import {
  type ParametersAnswer,
  readParametersAnswer,
  readSecretAnswer,
  type SecretAnswer,
} from './store-answers.ts'

/** Regions come from the authors of pods, who could name a new one in every class: the clients of the latest are kept. */
const maxRegions = 16

const runtime = `nodejs#${process.versions.node}`

/** How AWS is called, beside connections and credentials; read once in settings. */
export interface AwsClientSettings extends EndpointSettings {
  /** `app/…` in the user agent, at most 50 characters. */
  readonly appId: string
}

/** What an identity may ask of AWS: calls that are signed as that identity. They throw the SDK's errors. */
export interface AwsClients {
  getSecretValue(
    region: string,
    input: GetSecretValueCommandInput,
    signal: AbortSignal,
  ): Promise<SecretAnswer>
  getParameters(
    region: string,
    input: GetParametersCommandInput,
    signal: AbortSignal,
  ): Promise<ParametersAnswer>
}

export interface ClientFactory {
  (credentials: CallCredentials): AwsClients
  /** Where a service of a region is asked. Throws the SDK's error for a region that is none. */
  readonly endpoint: (service: Exclude<AwsService, 'sts'>, region: string) => URL
}

/**
 * Gives each identity calls of its own; connections, clocks and SDK clients are one a service and region for the
 * whole process.
 *
 * Good answers are read here (createJsonService). All others are read by the SDK, as if it had asked itself: its
 * client gets the answer that came in place of the network, and throws what it always throws.
 */
export function createClientFactory(settings: AwsClientSettings, connections: AwsConnections): ClientFactory {
  const secretsManagers = new LRUCache<string, Asked<SecretsManagerClient>>({ max: maxRegions })
  const parameterStores = new LRUCache<string, Asked<SSMClient>>({ max: maxRegions })
  const secretsManagerOf = (region: string) =>
    once(secretsManagers, region, () => {
      const sdk = new SecretsManagerClient(readerOptions(settings, region))
      return ask(sdk, 'secretsmanager', 'secretsmanager', region, settings, connections)
    })
  const parameterStoreOf = (region: string) =>
    once(parameterStores, region, () => {
      const sdk = new SSMClient(readerOptions(settings, region))
      return ask(sdk, 'ssm', 'AmazonSSM', region, settings, connections)
    })
  const callsOf = (credentials: CallCredentials): AwsClients => {
    const signers = signersOf(credentials)
    return {
      async getSecretValue(region, input, signal) {
        const { sdk, service } = secretsManagerOf(region)
        const answer = await service('GetSecretValue', input, signers, signal)
        const read = readSecretAnswer(answer)
        if (read !== undefined) return read
        const command = new GetSecretValueCommand(input)
        const { $metadata, ...output } = await sdk.send(command, readFrom(answer, signal))
        return { ...output, requestId: $metadata.requestId }
      },
      async getParameters(region, input, signal) {
        const { sdk, service } = parameterStoreOf(region)
        const answer = await service('GetParameters', input, signers, signal)
        const read = readParametersAnswer(answer)
        if (read !== undefined) return read
        const command = new GetParametersCommand(input)
        const { $metadata, ...output } = await sdk.send(command, readFrom(answer, signal))
        return { ...output, requestId: $metadata.requestId }
      },
    }
  }
  return Object.assign(callsOf, {
    endpoint: (service: Exclude<AwsService, 'sts'>, region: string) =>
      (service === 'ssm' ? parameterStoreOf(region) : secretsManagerOf(region)).endpoint(),
  })
}

/** A service of a region: how it is asked, and who reads what is no good answer. */
interface Asked<Sdk> {
  readonly sdk: Sdk
  readonly service: JsonService
  readonly endpoint: () => URL
}

function ask<Sdk extends { readonly config: EndpointRules }>(
  sdk: Sdk,
  service: 'secretsmanager' | 'ssm',
  targetPrefix: string,
  region: string,
  settings: AwsClientSettings,
  { requestHandler }: AwsConnections,
): Asked<Sdk> {
  const endpoint = () => endpointOf(service, region, settings, sdk.config)
  const userAgent = `${providerName}/${version} ua/2.1 lang/js md/${runtime} api/${service} app/${settings.appId}`
  return {
    sdk,
    endpoint,
    service: createJsonService({ service, region, targetPrefix, endpoint, requestHandler, userAgent }),
  }
}

/** The SDK hands the options of a call on to its request handler, and so gets the answer that has come. */
function readFrom({ response }: JsonAnswer, abortSignal: AbortSignal): HttpHandlerOptions & JsonAnswer {
  return { abortSignal, response }
}

/** An SDK client that is not there to ask: it reads the answer that a call brings along. */
function readerOptions(settings: AwsClientSettings, region: string) {
  return {
    ...commonOptions(settings),
    region,
    requestHandler: {
      handle: async (_request: unknown, options?: HttpHandlerOptions) => ({
        response: (options as JsonAnswer).response,
      }),
    },
    httpAuthSchemeProvider: () => [{ schemeId: 'smithy.api#noAuth' }],
    httpAuthSchemes: [
      { schemeId: 'smithy.api#noAuth', identityProvider: () => async () => ({}), signer: new NoAuthSigner() },
    ],
    credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
  }
}

/** Makes the STS client of each region; it holds no identity, so all pods share it. */
export function createStsClients(
  settings: AwsClientSettings,
  connections: AwsConnections,
): (region: string) => STSClient {
  const clients = new LRUCache<string, STSClient>({ max: maxRegions })
  return (region) =>
    once(clients, region, () => {
      const endpoint = settings.endpoints.sts
      return new STSClient({
        ...commonOptions(settings),
        requestHandler: connections.requestHandler,
        region,
        // FIPS is for the two stores: STS lacks it in many regions.
        useFipsEndpoint: false,
        // The SDK refuses dual-stack beside an endpoint of one's own: whoever names one has chosen already.
        useDualstackEndpoint: endpoint === undefined && settings.useDualstackEndpoint,
        ...(endpoint === undefined ? {} : { endpoint }),
        // AssumeRoleWithWebIdentity is not signed; without this the SDK would look for credentials.
        credentials: { accessKeyId: 'unsigned', secretAccessKey: 'unsigned' },
      })
    })
}

/** Every option that the SDK would otherwise read from shared config files or the environment is given here. */
function commonOptions(settings: AwsClientSettings) {
  return {
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'legacy' as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: settings.appId,
    authSchemePreference: [],
    disableClockSkewCorrection: false,
    ignoreConfiguredEndpointUrls: true,
  }
}

function once<T extends object>(made: LRUCache<string, T>, region: string, make: () => T): T {
  const existing = made.get(region)
  if (existing !== undefined) return existing
  const client = make()
  made.set(region, client)
  return client
}
