import { HttpRequest, type HttpResponse } from '@smithy/core/protocols'
import type { AwsRequestHandler } from './https-handler.ts'
import type { Signer } from './sign-request.ts'

/** Gives the signer of one identity for a service and region. */
export type SignerSource = (service: string, region: string) => Signer

export interface JsonServiceOptions {
  readonly service: 'secretsmanager' | 'ssm'
  readonly region: string
  /** The service's name in `x-amz-target`. */
  readonly targetPrefix: string
  /** Throws for a region that is none. */
  readonly endpoint: () => URL
  readonly requestHandler: AwsRequestHandler
  readonly userAgent: string
}

export interface JsonAnswer {
  /** What a good answer says; nobody has checked its fields yet. */
  readonly output?: Readonly<Record<string, unknown>>
  /** The answer as it came, for the SDK to read what is no good answer. */
  readonly response: HttpResponse
}

export type JsonService = (
  operation: string,
  input: unknown,
  signer: SignerSource,
  signal: AbortSignal,
) => Promise<JsonAnswer>

/** Set on an answer to a request that was signed by a clock which this answer has corrected. */
export const clockCorrectedHeader = 'provider-clock-corrected'

/** AWS takes signatures of up to five minutes' difference. Source: IAM user guide, Signature Version 4. */
const toleratedSkewMs = 4 * 60_000

/**
 * Makes the calls of one service in one region, for all identities: each call brings a signer of its own, and none is
 * remembered here. The clock of AWS is learnt from its answers.
 *
 * Beside the SDK, since a call through its middleware takes four times the CPU (docs/performance.md). Only what every
 * mount does is done here: a request is written, and a good answer read. Refusals, and whatever else looks unusual,
 * are handed back as they came, for the SDK to read.
 */
export function createJsonService(options: JsonServiceOptions): JsonService {
  const { service, region, targetPrefix, endpoint, requestHandler, userAgent } = options
  let url: URL | undefined
  let offsetMs = 0
  return async (operation, input, signer, signal) => {
    url ??= endpoint()
    const { host, hostname, port, protocol, pathname: path } = url
    const body = JSON.stringify(input)
    const sign = signer(service, region)
    const signedBy = offsetMs
    const headers = sign(
      {
        host,
        path,
        body,
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': `${targetPrefix}.${operation}`,
        },
      },
      new Date(Date.now() + signedBy),
    )
    const { response } = await requestHandler.handle(
      new HttpRequest({
        method: 'POST',
        protocol,
        hostname,
        ...(port === '' ? {} : { port: Number(port) }),
        path,
        // Not signed, as the SDK does not: proxies change it.
        headers: { ...headers, 'user-agent': userAgent },
        body,
      }),
      { abortSignal: signal },
    )
    offsetMs = skewOf(response) ?? offsetMs
    if (Math.abs(offsetMs - signedBy) >= toleratedSkewMs) response.headers[clockCorrectedHeader] = 'true'
    return response.statusCode === 200 ? { ...readObject(response.body), response } : { response }
  }
}

function readObject(body: Uint8Array): Pick<JsonAnswer, 'output'> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { output: { ...value } }
      : {}
  } catch {
    // Whoever reads it next says what is wrong with it.
    return {}
  }
}

/** How far AWS's clock is ahead of ours in milliseconds, 0 for a difference that it tolerates. */
function skewOf({ headers }: HttpResponse): number | undefined {
  const skew = Date.parse(headers.date ?? '') - Date.now()
  if (Number.isNaN(skew)) return undefined
  return Math.abs(skew) < toleratedSkewMs ? 0 : skew
}
