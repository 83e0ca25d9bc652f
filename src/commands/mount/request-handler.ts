import type { HttpHandlerOptions, HttpRequest, HttpResponse, RequestHandler } from '@smithy/types'
import type { AwsTransport } from '../../aws/aws-transport.ts'

/** What an SDK client takes in place of its own way to AWS. */
export type AwsRequestHandler = RequestHandler<HttpRequest, HttpResponse, HttpHandlerOptions>

/** Lets an SDK client ask over our connections: those that find a person's credentials at the shell do. */
export function createRequestHandler({ send }: AwsTransport): AwsRequestHandler {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    async handle(request, options) {
      const { method, headers, body } = request
      const response = await send({
        method: method === 'GET' ? 'GET' : 'POST',
        url: urlOf(request),
        headers: { host: urlOf(request).host, ...headers },
        body: body ?? '',
        signal: options?.abortSignal as AbortSignal | undefined,
      })
      return { response }
    },
  }
}

function urlOf({ protocol, hostname, port, path, query }: HttpRequest): URL {
  const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`)
  for (const [key, value] of Object.entries(query ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) url.searchParams.append(key, each ?? '')
  }
  return url
}
