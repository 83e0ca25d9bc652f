import type { AwsExchange, AwsReply } from '../aws-exchange.ts'
import { clockCorrectedHeader } from '../failures/failure.ts'
import type { SignerSource } from './sign-request.ts'

export interface SignedServiceOptions {
  readonly service: 'secretsmanager' | 'ssm' | 'sts'
  readonly region: string
  /** Rejects for a region that is none. */
  readonly endpoint: () => Promise<URL>
  readonly exchange: Pick<AwsExchange, 'send'>
  readonly userAgent: string
}

/** POSTs a body with its headers, all of them signed: the same object each time, for signers know what they have seen. */
export type SignedService = (
  headers: Readonly<Record<string, string>>,
  body: string,
  signer: SignerSource,
  signal: AbortSignal,
) => Promise<AwsReply>

/** AWS takes signatures of up to five minutes' difference. Source: IAM user guide, Signature Version 4. */
const toleratedSkewMs = 4 * 60_000

/**
 * Makes the signed calls of one service in one region, for all identities: each call brings a signer of its own, and
 * none is remembered here. The clock of AWS is learnt from its answers.
 *
 * Beside the SDK, since a call through its middleware takes four times the CPU (docs/performance.md). Answers come
 * back as they are, whatever their status.
 */
export function createSignedService(options: SignedServiceOptions): SignedService {
  const { service, region, endpoint, exchange, userAgent } = options
  let url: URL | undefined
  let offsetMs = 0
  return async (headers, body, signer, signal) => {
    url ??= await endpoint()
    const { host, pathname: path } = url
    const signedBy = offsetMs
    const signed = signer(service, region)({ host, path, body, headers }, new Date(Date.now() + signedBy))
    // The user agent is not signed, as the SDK does not: proxies change it.
    const reply = await exchange.send({ url, headers: { ...signed, 'user-agent': userAgent }, body, signal })
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
