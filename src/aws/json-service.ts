import type { AwsReply } from './aws-transport.ts'
import type { SignerSource } from './signing/sign-request.ts'
import { createSignedService, type SignedServiceOptions } from './signing/signed-service.ts'

/** What the calls of one service in one region are made of. */
export interface JsonServiceOptions extends SignedServiceOptions {
  readonly service: 'secretsmanager' | 'ssm'
  /** The service's name in `x-amz-target`. */
  readonly targetPrefix: string
}

/** Makes one call as one identity; its answer comes back as it is. `begun` hears when AWS is waited for. */
export type JsonService = (
  operation: string,
  input: unknown,
  signer: SignerSource,
  signal: AbortSignal,
  begun?: () => void,
) => Promise<AwsReply>

/** Makes the calls of a service that speaks JSON in one region, for all identities. Answers come back as they are. */
export function createJsonService({ targetPrefix, ...options }: JsonServiceOptions): JsonService {
  const call = createSignedService(options)
  const known = new Map<string, Readonly<Record<string, string>>>()
  const headersOf = (operation: string) => {
    const before = known.get(operation)
    if (before !== undefined) return before
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${targetPrefix}.${operation}`,
    }
    known.set(operation, headers)
    return headers
  }
  return (operation, input, signer, signal, begun) =>
    call(headersOf(operation), JSON.stringify(input), signer, signal, begun)
}
