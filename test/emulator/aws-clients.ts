import { Agent } from 'node:https'
import { createSecureContext } from 'node:tls'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import type { Emulator } from './emulator.ts'

export interface AwsClients {
  readonly secretsManager: SecretsManagerClient
  readonly parameterStore: SSMClient
  readonly tokenService: STSClient
  close(): void
}

export interface ClientSettings {
  readonly region?: string
  readonly credentials?: { accessKeyId: string; secretAccessKey: string; sessionToken?: string }
  readonly proxy?: string
  readonly useFipsEndpoint?: boolean
  readonly useDualstackEndpoint?: boolean
}

export const operator = {
  accessKeyId: 'AKIAEXAMPLEEXAMPLE00',
  secretAccessKey: 'example-secret-access-key-of-the-emulator',
}

/** The real clients of the AWS SDK, one try a call, led to the emulator through its proxy. */
export function createAwsClients(emulator: Emulator, settings: ClientSettings = {}): AwsClients {
  const {
    region = 'us-east-1',
    credentials = operator,
    proxy = emulator.addresses.proxy,
    ...names
  } = settings
  const httpsAgent = new Agent({
    keepAlive: true,
    secureContext: createSecureContext({ ca: emulator.certificate }),
    proxyEnv: { HTTPS_PROXY: proxy },
  })
  const requestHandler = new NodeHttpHandler({ httpsAgent, requestTimeout: 400, throwOnRequestTimeout: true })
  const config = { region, credentials, requestHandler, maxAttempts: 1, ...names }
  return {
    secretsManager: new SecretsManagerClient(config),
    parameterStore: new SSMClient(config),
    tokenService: new STSClient(config),
    close: () => httpsAgent.destroy(),
  }
}
