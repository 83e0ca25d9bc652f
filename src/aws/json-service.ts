import type { AwsExchange, AwsReply } from './aws-exchange.ts'
import { clockCorrectedHeader } from './failures/failure.ts'
import type { SignerSource } from './signing/sign-request.ts'

export interface JsonServiceOptions {
  readonly service: 'secretsmanager' | 'ssm'
  readonly region: string
  /** The service's name in `x-amz-target`. */
  readonly targetPrefix: string
  /** Rejects for a region that is none. */
  readonly endpoint: () => Promise<URL>
  readonly exchange: Pick<AwsExchange, 'send'>
  readonly userAgent: string
}

export type JsonService = (
  operation: string,
  input: unknown,
  signer: SignerSource,
  signal: AbortSignal,
) => Promise<AwsReply>

/** AWS takes signatures of up to five minutes' difference. Source: IAM user guide, Signature Version 4. */
const toleratedSkewMs = 4 * 60_000

/**
 * Makes the calls of one service in one region, for all identities: each call brings a signer of its own, and none is
 * remembered here. The clock of AWS is learnt from its answers.
 *
 * Beside the SDK, since a call through its middleware takes four times the CPU (docs/performance.md). Answers come
 * back as they are, whatever their status.
 */
export function createJsonService(options: JsonServiceOptions): JsonService {
  const { service, region, targetPrefix, endpoint, exchange, userAgent } = options
  let url: URL | undefined
  let offsetMs = 0
  const known = new Map<string, Readonly<Record<string, string>>>()
  // The same object each time: signers know what they have seen.
  const headersOf = (operation: string) => {
    const headers = known.get(operation) ?? {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${targetPrefix}.${operation}`,
    }
    known.set(operation, headers)
    return headers
  }
  return async (operation, input, signer, signal) => {
    url ??= await endpoint()
    const { host, pathname: path } = url
    const body = JSON.stringify(input)
    const sign = signer(service, region)
    const signedBy = offsetMs
    const headers = sign(
      {
        host,
        path,
        body,
        headers: headersOf(operation),
      },
      new Date(Date.now() + signedBy),
    )
    // The user agent is not signed, as the SDK does not: proxies change it.
    const reply = await exchange.send({ url, headers: { ...headers, 'user-agent': userAgent }, body, signal })
    offsetMs = skewOf(reply) ?? offsetMs
    if (Math.abs(offsetMs - signedBy) >= toleratedSkewMs) reply.headers[clockCorrectedHeader] = 'true'
    return reply
  }
}

/** How far AWS's clock is ahead of ours in milliseconds, 0 for a difference that it tolerates. */
function skewOf({ headers }: AwsReply): number | undefined {
  const skew = Date.parse(headers.date ?? '') - Date.now()
  if (Number.isNaN(skew)) return undefined
  return Math.abs(skew) < toleratedSkewMs ? 0 : skew
}
