import {
  BatchGetSecretValueCommand,
  type BatchGetSecretValueCommandInput,
  GetSecretValueCommand,
  type GetSecretValueCommandInput,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager'
import {
  GetParametersByPathCommand,
  type GetParametersByPathCommandInput,
  GetParametersCommand,
  type GetParametersCommandInput,
  SSMClient,
} from '@aws-sdk/client-ssm'
import {
  AssumeRoleCommand,
  type AssumeRoleCommandInput,
  AssumeRoleWithWebIdentityCommand,
  type AssumeRoleWithWebIdentityCommandInput,
  type Credentials,
  STSClient,
} from '@aws-sdk/client-sts'
import type { HttpHandlerOptions } from '@smithy/types'
import type { AwsReply } from '../aws-transport.ts'
import type { EndpointRules } from '../endpoint.ts'
import type {
  CredentialsAnswer,
  ParameterPage,
  ParametersAnswer,
  SecretAnswer,
  SecretBatch,
} from '../parse-answers.ts'
import { withRetryClass } from './retry-class.ts'

/** Reads answers as the SDK does; each method throws the SDK's errors. */
export interface SdkReader {
  secret(input: GetSecretValueCommandInput, reply: AwsReply): Promise<SecretAnswer>
  secretBatch(input: BatchGetSecretValueCommandInput, reply: AwsReply): Promise<SecretBatch>
  parameters(input: GetParametersCommandInput, reply: AwsReply): Promise<ParametersAnswer>
  credentials(input: AssumeRoleWithWebIdentityCommandInput, reply: AwsReply): Promise<CredentialsAnswer>
  parameterPage(input: GetParametersByPathCommandInput, reply: AwsReply): Promise<ParameterPage>
  assumedCredentials(input: AssumeRoleCommandInput, reply: AwsReply): Promise<CredentialsAnswer>
  readonly endpoint: EndpointRules
}

/**
 * The SDK's clients as readers: each gets an answer that has come already in place of the network, and gives or throws
 * what it would have, had it asked itself. So no identity ever meets them.
 *
 * Every option that they would otherwise read from shared config files or the environment is given here.
 */
export function createSdkReader(): SdkReader {
  const options = {
    region: 'us-east-1',
    maxAttempts: 1,
    retryMode: 'standard',
    defaultsMode: 'legacy' as const,
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
    userAgentAppId: 'reader',
    authSchemePreference: [],
    disableClockSkewCorrection: true,
    ignoreConfiguredEndpointUrls: true,
    requestHandler: { handle: replay },
    credentials: { accessKeyId: 'unused', secretAccessKey: 'unused' },
  }
  const secretsManager = new SecretsManagerClient(options)
  const parameterStore = new SSMClient(options)
  const sts = new STSClient(options)
  return {
    async secret(input, response): Promise<SecretAnswer> {
      const command = new GetSecretValueCommand(input)
      const { $metadata, ...output } = await read(secretsManager.send(command, from(response)))
      return { ...output, requestId: $metadata.requestId }
    },
    async secretBatch(input, response): Promise<SecretBatch> {
      const command = new BatchGetSecretValueCommand(input)
      const { $metadata, ...output } = await read(secretsManager.send(command, from(response)))
      return { ...output, requestId: $metadata.requestId }
    },
    async parameters(input, response): Promise<ParametersAnswer> {
      const command = new GetParametersCommand(input)
      const { $metadata, ...output } = await read(parameterStore.send(command, from(response)))
      return { ...output, requestId: $metadata.requestId }
    },
    async parameterPage(input, response): Promise<ParameterPage> {
      const command = new GetParametersByPathCommand(input)
      const { $metadata, ...output } = await read(parameterStore.send(command, from(response)))
      return { ...output, requestId: $metadata.requestId }
    },
    async credentials(input, response) {
      const command = new AssumeRoleWithWebIdentityCommand(input)
      return credentialsOf(await read(sts.send(command, from(response))))
    },
    async assumedCredentials(input, response) {
      const command = new AssumeRoleCommand(input)
      return credentialsOf(await read(sts.send(command, from(response))))
    },
    endpoint: endpointRules({
      secretsmanager: secretsManager.config.endpointProvider,
      ssm: parameterStore.config.endpointProvider,
      sts: sts.config.endpointProvider,
    }),
  }
}

function credentialsOf({
  $metadata,
  Credentials: given,
}: {
  readonly $metadata: { readonly requestId?: string | undefined }
  readonly Credentials?: Credentials | undefined
}): CredentialsAnswer {
  const { Expiration, ...credentials } = given ?? {}
  return { ...credentials, expiration: Expiration?.getTime(), requestId: $metadata.requestId }
}

function read<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw withRetryClass(error)
  })
}

/** The SDK hands the options of a call on to its request handler. */
interface ReplayOptions extends HttpHandlerOptions {
  readonly reply?: AwsReply
}

function from(reply: AwsReply): ReplayOptions {
  return { reply }
}

async function replay(_request: unknown, options?: ReplayOptions) {
  if (options?.reply === undefined) throw new TypeError('the SDK is here to read answers, not to ask')
  return { response: options.reply }
}

type EndpointParameters = {
  readonly Region: string
  readonly UseFIPS: boolean
  readonly UseDualStack: boolean
}

/** FIPS is for the two stores: STS lacks it in many regions. */
function endpointRules(
  providers: Readonly<
    Record<Parameters<EndpointRules>[0], (parameters: EndpointParameters) => { readonly url: URL }>
  >,
): EndpointRules {
  return (service, region, { useFipsEndpoint, useDualstackEndpoint }) =>
    providers[service]({
      Region: region,
      UseFIPS: useFipsEndpoint && service !== 'sts',
      UseDualStack: useDualstackEndpoint,
    }).url
}
