import { Sha256 } from '@smithy/core/checksum'
import type { HttpResponse } from '@smithy/core/protocols'
import { SignatureV4 } from '@smithy/signature-v4'
import type { HttpHandlerOptions, HttpRequest } from '@smithy/types'
import type { AwsCredentials } from '../identity/aws-credentials.ts'
import type { AwsRequestHandler } from './connections.ts'

/** Credentials of one identity, or the shell's own way to get some. */
export type CallCredentials = AwsCredentials | (() => Promise<PlainCredentials>)

export interface PlainCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
}

/** What a call brings along, beside its signal: as whom it is made. */
export interface SignedCallOptions extends HttpHandlerOptions {
  readonly credentials: CallCredentials
}

/** Set on an answer to a request that was signed by a clock which this answer has corrected. */
export const clockCorrectedHeader = 'provider-clock-corrected'

/** AWS takes signatures of up to five minutes' difference. Source: IAM user guide, Signature Version 4. */
const toleratedSkewMs = 4 * 60_000

/**
 * Signs each request with the credentials of its own call, by the SDK's signer, just before it goes out.
 *
 * So one client a service and region serves all pods: an SDK client holds 15 to 22 KB, which hundreds of
 * workloads times services and regions do not have in 100 MiB. No identity is remembered here: a call without
 * credentials is refused, never sent unsigned or as somebody else. The clock of AWS is learnt from its answers.
 */
export function createSigningHandler(
  inner: AwsRequestHandler,
  { service, region }: { readonly service: string; readonly region: string },
): AwsRequestHandler {
  let offsetMs = 0
  return {
    ...(inner.metadata === undefined ? {} : { metadata: inner.metadata }),
    async handle(request: HttpRequest, options?: HttpHandlerOptions) {
      const { credentials } = (options ?? {}) as Partial<SignedCallOptions>
      if (credentials === undefined)
        throw new TypeError('an AWS call must bring the credentials of its identity')
      const signer = new SignatureV4({
        service,
        region,
        credentials: await plain(credentials),
        sha256: Sha256,
      })
      const signedBy = offsetMs
      const signed = await signer.sign(request, { signingDate: new Date(Date.now() + signedBy) })
      const output = await inner.handle(signed as HttpRequest, options)
      offsetMs = skewOf(output.response) ?? offsetMs
      if (Math.abs(offsetMs - signedBy) >= toleratedSkewMs)
        output.response.headers[clockCorrectedHeader] = 'true'
      return output
    },
  }
}

async function plain(credentials: CallCredentials): Promise<PlainCredentials> {
  if (typeof credentials === 'function') return credentials()
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return { accessKeyId, secretAccessKey: secretAccessKey.reveal(), sessionToken: sessionToken.reveal() }
}

/** How far AWS's clock is ahead of ours in milliseconds, 0 for a difference that it tolerates. */
function skewOf({ headers }: HttpResponse): number | undefined {
  const skew = Date.parse(headers.date ?? '') - Date.now()
  if (Number.isNaN(skew)) return undefined
  return Math.abs(skew) < toleratedSkewMs ? 0 : skew
}
