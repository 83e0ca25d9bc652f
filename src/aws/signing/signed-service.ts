import type { AwsReply, AwsTransport } from '../aws-transport.ts'
import { clockCorrectedHeader } from '../failures/failure.ts'
import type { SignerSource } from './sign-request.ts'

/** What the calls of one service in one region are made of. */
export interface SignedServiceOptions {
  readonly service: 'secretsmanager' | 'ssm' | 'sts'
  readonly region: string
  /** Rejects for a region that is none. */
  readonly endpoint: () => Promise<URL>
  readonly transport: Pick<AwsTransport, 'send'>
  readonly userAgent: string
}

/**
 * POSTs a body with its headers, all of them signed: the same object each time, for signers know what they have seen.
 * `begun` hears when AWS is waited for.
 */
export type SignedService = (
  headers: Readonly<Record<string, string>>,
  body: string,
  signer: SignerSource,
  signal: AbortSignal,
  begun?: () => void,
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
  const { service, region, endpoint, transport, userAgent } = options
  let url: URL | undefined
  let offsetMs = 0
  return async (headers, body, signer, signal, begun) => {
    url ??= await endpoint()
    const { host, pathname: path } = url
    const signedBy = offsetMs
    const signed = signer(service, region)({ host, path, body, headers }, new Date(Date.now() + signedBy))
    // The user agent is not signed, as the SDK does not: proxies change it.
    const sent = { ...signed, 'user-agent': userAgent }
    const reply = await transport.send({ url, headers: sent, body, signal, begun })
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
