import type {
  BatchGetSecretValueCommandInput,
  GetSecretValueCommandInput,
} from '@aws-sdk/client-secrets-manager'
import type { GetParametersByPathCommandInput, GetParametersCommandInput } from '@aws-sdk/client-ssm'
import type { AssumeRoleCommandInput, AssumeRoleWithWebIdentityCommandInput } from '@aws-sdk/client-sts'
import { LRUCache } from 'lru-cache'
import { providerName, version } from '../process/version.ts'
import type { AwsReply, AwsTransport } from './aws-transport.ts'
import { type EndpointSettings, endpointOf } from './endpoint.ts'
import type { AwsService } from './failures/failure.ts'
import { createJsonService } from './json-service.ts'
import {
  type CredentialsAnswer,
  type ParameterPage,
  type ParametersAnswer,
  readCredentialsAnswer,
  readParameterPage,
  readParametersAnswer,
  readSecretAnswer,
  readSecretBatch,
  type SecretAnswer,
  type SecretBatch,
} from './parse-answers.ts'
import { createSdkLoader } from './sdk/loader.ts'
import { type CallCredentials, signersOf } from './signing/call-credentials.ts'
import { createSignedService } from './signing/signed-service.ts'

/** Regions come from the authors of pods, who could name a new one in every class: those of the latest are kept. */
const maxRegions = 16

/** How AWS is called, beside connections and credentials; read once in settings. */
export interface AwsClientSettings extends EndpointSettings {
  /** `app/…` in the user agent, at most 50 characters. */
  readonly appId: string
}

/**
 * What an identity may ask of AWS: calls that are signed as that identity. `begun` hears when a call waits for AWS, and
 * no longer for a connection of ours.
 *
 * They throw the SDK's errors, TransportErrors, or the signal's reason.
 */
export interface AwsClients {
  getSecretValue(
    region: string,
    input: GetSecretValueCommandInput,
    signal: AbortSignal,
    begun?: () => void,
  ): Promise<SecretAnswer>
  batchGetSecretValue(
    region: string,
    input: BatchGetSecretValueCommandInput,
    signal: AbortSignal,
    begun?: () => void,
  ): Promise<SecretBatch>
  getParameters(
    region: string,
    input: GetParametersCommandInput,
    signal: AbortSignal,
    begun?: () => void,
  ): Promise<ParametersAnswer>
  getParametersByPath(
    region: string,
    input: GetParametersByPathCommandInput,
    signal: AbortSignal,
    begun?: () => void,
  ): Promise<ParameterPage>
  assumeRole(
    region: string,
    input: AssumeRoleCommandInput,
    signal: AbortSignal,
    begun?: () => void,
  ): Promise<CredentialsAnswer>
}

/** The calls of AWS that the provider makes, for all identities. */
export interface AwsCalls {
  /** Calls as one identity. */
  as(credentials: CallCredentials): AwsClients
  /**
   * The one call that is not signed.
   * @throws as the others do.
   */
  assumeRoleWithWebIdentity(
    region: string,
    input: AssumeRoleWithWebIdentityCommandInput,
    signal: AbortSignal,
    begun?: () => void,
  ): Promise<CredentialsAnswer>
  /** Opens a connection before it is needed; nothing comes of it when that fails. */
  warm(service: AwsService, region: string): void
  /** Sends a request that names no operation and is not signed: any answer shows that the service can be reached. */
  reach(service: AwsService, region: string, signal: AbortSignal): Promise<void>
  /**
   * Where a service of a region is asked.
   * @throws the SDK's error for a region that is none.
   */
  endpoint(service: AwsService, region: string): Promise<URL>
}

/**
 * Makes the calls of AWS that the provider needs; connections, clocks and endpoints are one a service and region for
 * the whole process.
 *
 * Good answers are read here. All others are read by the SDK, as if it had asked itself (createSdkReader).
 */
export function createAwsCalls(settings: AwsClientSettings, transport: AwsTransport): AwsCalls {
  const sdk = createSdkLoader()
  const userAgentOf = (service: AwsService) =>
    `${providerName}/${version} ua/2.1 lang/js md/nodejs#${process.versions.node} api/${service} app/${settings.appId}`
  const endpoint = (service: AwsService, region: string) =>
    endpointOf(service, region, settings, async () => (await sdk()).endpoint)
  const partsOf = <Service extends AwsService>(service: Service, region: string) => ({
    service,
    region,
    endpoint: () => endpoint(service, region),
    transport,
    userAgent: userAgentOf(service),
  })
  const jsonService = (service: 'secretsmanager' | 'ssm', targetPrefix: string) =>
    onceARegion((region) => createJsonService({ ...partsOf(service, region), targetPrefix }))
  const secretsManager = jsonService('secretsmanager', 'secretsmanager')
  const parameterStore = jsonService('ssm', 'AmazonSSM')
  const tokenService = onceARegion((region) => createSignedService(partsOf('sts', region)))

  return {
    endpoint,
    warm(service, region) {
      endpoint(service, region).then(
        (url) => transport.warm(url, 1),
        () => {},
      )
    },
    async reach(service, region, signal) {
      const url = await endpoint(service, region)
      const headers = { host: url.host, 'user-agent': userAgentOf(service) }
      await transport.send({ method: 'GET', url, headers, body: '', signal })
    },
    as(credentials) {
      const signers = signersOf(credentials)
      return {
        async getSecretValue(region, input, signal, begun) {
          const reply = await secretsManager(region)('GetSecretValue', input, signers, signal, begun)
          return answerIn(reply, readSecretAnswer) ?? (await sdk()).secret(input, reply)
        },
        async batchGetSecretValue(region, input, signal, begun) {
          const reply = await secretsManager(region)('BatchGetSecretValue', input, signers, signal, begun)
          return answerIn(reply, readSecretBatch) ?? (await sdk()).secretBatch(input, reply)
        },
        async getParameters(region, input, signal, begun) {
          const reply = await parameterStore(region)('GetParameters', input, signers, signal, begun)
          return answerIn(reply, readParametersAnswer) ?? (await sdk()).parameters(input, reply)
        },
        async getParametersByPath(region, input, signal, begun) {
          const reply = await parameterStore(region)('GetParametersByPath', input, signers, signal, begun)
          return answerIn(reply, readParameterPage) ?? (await sdk()).parameterPage(input, reply)
        },
        async assumeRole(region, input, signal, begun) {
          const body = formOf('AssumeRole', assumeRoleTexts(input))
          const reply = await tokenService(region)(formHeaders, body, signers, signal, begun)
          return answerIn(reply, readCredentialsAnswer) ?? (await sdk()).assumedCredentials(input, reply)
        },
      }
    },
    async assumeRoleWithWebIdentity(region, input, signal, begun) {
      const url = await endpoint('sts', region)
      const headers = { host: url.host, ...formHeaders, 'user-agent': userAgentOf('sts') }
      const body = formOf('AssumeRoleWithWebIdentity', webIdentityTexts(input))
      const reply = await transport.send({ url, headers, body, signal, begun })
      return answerIn(reply, readCredentialsAnswer) ?? (await sdk()).credentials(input, reply)
    },
  }
}

/** What a good answer says; its body is not needed any more then. */
function answerIn<Answer>(
  reply: AwsReply,
  read: (reply: AwsReply) => Answer | undefined,
): Answer | undefined {
  const answer = read(reply)
  if (answer !== undefined) reply.release?.()
  return answer
}

function onceARegion<Service extends object>(make: (region: string) => Service): (region: string) => Service {
  const services = new LRUCache<string, Service>({ max: maxRegions, memoMethod: make })
  return (region) => services.memo(region)
}

const formHeaders = { 'content-type': 'application/x-www-form-urlencoded' } as const

function formOf(action: string, texts: Readonly<Record<string, string>>): string {
  return `${new URLSearchParams({ Action: action, Version: '2011-06-15', ...texts })}`
}

function webIdentityTexts({
  RoleArn = '',
  RoleSessionName = '',
  WebIdentityToken = '',
}: AssumeRoleWithWebIdentityCommandInput): Record<string, string> {
  return { RoleArn, RoleSessionName, WebIdentityToken }
}

function assumeRoleTexts({
  RoleArn = '',
  RoleSessionName = '',
  ExternalId,
  DurationSeconds,
}: AssumeRoleCommandInput): Record<string, string> {
  return {
    RoleArn,
    RoleSessionName,
    ...(ExternalId === undefined ? {} : { ExternalId }),
    ...(DurationSeconds === undefined ? {} : { DurationSeconds: `${DurationSeconds}` }),
  }
}
