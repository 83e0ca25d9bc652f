import type { GetSecretValueCommandInput } from '@aws-sdk/client-secrets-manager'
import type { GetParametersCommandInput } from '@aws-sdk/client-ssm'
import type { AssumeRoleWithWebIdentityCommandInput } from '@aws-sdk/client-sts'
import type { AwsReply } from '../aws-exchange.ts'
import type { EndpointRules } from '../endpoint.ts'
import type { CredentialsAnswer, ParametersAnswer, SecretAnswer } from '../parse-answers.ts'
import { loadSdkReader } from './load-reader.ts'

/** Reads answers as the SDK does; each method throws the SDK's errors. */
export interface SdkReader {
  secret(input: GetSecretValueCommandInput, reply: AwsReply): Promise<SecretAnswer>
  parameters(input: GetParametersCommandInput, reply: AwsReply): Promise<ParametersAnswer>
  credentials(input: AssumeRoleWithWebIdentityCommandInput, reply: AwsReply): Promise<CredentialsAnswer>
  readonly endpoint: EndpointRules
}

/** Brings the SDK when it is needed for the first time: most daemons never do, and it takes 11 MiB and 100 ms of CPU. */
export function createSdkLoader(): () => Promise<SdkReader> {
  let loading: Promise<SdkReader> | undefined
  return () => {
    loading ??= loadSdkReader()
    return loading
  }
}
