import http from 'node:http'
import type { Log } from '../process/log.ts'
import { oneInFlight } from '../process/one-in-flight.ts'
import type { Exposition } from './exposition.ts'
import { type CheckReport, type HealthCheck, runChecks } from './health-checks.ts'

/** What the endpoints show. */
export interface HealthServerOptions {
  readonly port: number
  /** Every address unless told. */
  readonly host?: string
  readonly livez: readonly HealthCheck[]
  readonly readyz: readonly HealthCheck[]
  /** Hears how each readiness probe ended. */
  readonly onReadyz: (ok: boolean) => void
  readonly scrape: (accept: string | undefined) => Promise<Exposition>
  readonly log: Log
}

/** The server as it listens. */
export interface HealthServer {
  /** The port that is listened on; undefined when there is none. */
  readonly port: number | undefined
  close(): void
}

/**
 * Serves /livez, /readyz (both with `?verbose`) and /metrics.
 *
 * Never throws: a provider without probes is better than none, so a port that is taken is a warning.
 */
export async function serveHealth(options: HealthServerOptions): Promise<HealthServer> {
  const { port, host, log } = options
  const readyz = oneInFlight(() => checkReadiness(options))
  const server = http.createServer(
    { requestTimeout: 10_000, headersTimeout: 10_000 },
    (request, response) => {
      answer(request, options, readyz).then(
        (page) => send(request, response, page),
        () => send(request, response, text(500, 'it cannot be told\n')),
      )
    },
  )
  server.maxConnections = 64
  server.keepAliveTimeout = 5_000
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      log.warn({ port, errno: error.code }, 'no health, readiness and metrics: the port cannot be used')
      resolve(false)
    })
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => resolve(true))
  })
  server.on('error', (error: NodeJS.ErrnoException) => log.warn({ port, errno: error.code }, 'health server'))
  const address = server.address()
  return {
    port: listens && address !== null && typeof address === 'object' ? address.port : undefined,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

interface Page {
  readonly status: number
  readonly contentType: string
  readonly body: string
}

async function answer(
  request: http.IncomingMessage,
  options: HealthServerOptions,
  readyz: () => Promise<CheckReport>,
): Promise<Page> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'method not allowed\n')
  const [path, query = ''] = (request.url ?? '').split('?', 2)
  switch (path) {
    case '/livez':
    case '/healthz':
      return page(query, await runChecks('livez', options.livez))
    case '/readyz':
      return page(query, await readyz())
    case '/metrics':
      return { status: 200, ...(await options.scrape(request.headers.accept)) }
    default:
      return text(404, '/livez, /readyz and /metrics are here\n')
  }
}

async function checkReadiness({ readyz, onReadyz }: HealthServerOptions): Promise<CheckReport> {
  const report = await runChecks('readyz', readyz)
  onReadyz(report.ok)
  return report
}

/** As Kubernetes does: `ok`, or every check by name when one failed or `?verbose` asks. */
function page(query: string, { ok, verbose }: CheckReport): Page {
  return text(ok ? 200 : 500, !ok || new URLSearchParams(query).has('verbose') ? verbose : 'ok')
}

function text(status: number, body: string): Page {
  return { status, contentType: 'text/plain; charset=utf-8', body }
}

function send(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  { status, contentType, body }: Page,
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}
