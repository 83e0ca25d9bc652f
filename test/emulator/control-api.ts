import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Call, CallFilter, Counters } from './call-log.ts'
import type { Fault, FaultBook } from './faults.ts'
import type { Latency } from './latency.ts'
import type { Rotation } from './rotate.ts'
import type { TokenWish } from './web-identity-token.ts'
import type { World } from './world.ts'

/** What a test may do to a running emulator. */
export interface EmulatorControl {
  /** Certificate (PEM) to trust for AWS and Kubernetes. */
  readonly certificate: string
  /** For the option of the same name. */
  readonly authority: string
  world(): World
  setWorld(world: World): void
  /** Lays a JSON merge patch over the world: null removes. */
  mergeWorld(change: unknown): void
  /** @returns The new version. */
  rotate(rotation: Rotation): string
  /** @returns The fault's id. */
  addFault(fault: Fault): string
  clearFaults(id?: string): void
  calls(filter?: CallFilter): readonly Call[]
  counters(): Counters
  clearCalls(): void
  setLatency(latency: Latency): void
  /** Moves AWS's clock this many seconds away from ours. */
  setClockOffset(seconds: number): void
  /** Ends what STS and the agent have issued (to one role): expired, or unknown to AWS. */
  endSessions(how: 'expire' | 'forget', role?: string): void
  resetConnections(region?: string): void
  mintToken(wish: TokenWish): string
  close(): Promise<void>
}

type Route = (body: unknown, query: URLSearchParams) => unknown

/**
 * The emulator's programmatic interface as HTTP and JSON, for tests in other processes:
 *
 * - GET /world; PUT /world (replace); PATCH /world or PUT /world?merge=true (JSON merge patch)
 * - GET /faults; POST /faults (a Fault, answers its id); DELETE /faults[?id=…]
 * - GET /calls[?service=…&operation=…&region=…]; DELETE /calls; GET /counters
 * - POST /rotate (Rotation); POST /mint (TokenWish); PUT /latency (Latency); PUT /clock {seconds}
 * - DELETE /sessions?how=expire|forget[&role=…]; DELETE /connections[?region=…]; GET /ca.pem
 */
export function createControlServer(emulator: EmulatorControl, faults: FaultBook): Server {
  const merge: Route = (body) => emulator.mergeWorld(body)
  const routes: Readonly<Record<string, Route>> = {
    'GET /': () => ({ ready: true }),
    'GET /world': () => emulator.world(),
    'PUT /world': (body, query) =>
      query.get('merge') === 'true' ? merge(body, query) : emulator.setWorld(body as World),
    'PATCH /world': merge,
    'GET /faults': () => faults.list(),
    'POST /faults': (body) => ({ id: emulator.addFault(body as Fault) }),
    'DELETE /faults': (_body, query) => emulator.clearFaults(query.get('id') ?? undefined),
    'GET /calls': (_body, query) => emulator.calls(Object.fromEntries(query) as CallFilter),
    'DELETE /calls': () => emulator.clearCalls(),
    'GET /counters': () => emulator.counters(),
    'POST /rotate': (body) => ({ version: emulator.rotate(body as Rotation) }),
    'POST /mint': (body) => ({ token: emulator.mintToken(body as TokenWish) }),
    'PUT /latency': (body) => emulator.setLatency(body as Latency),
    'PUT /clock': (body) => emulator.setClockOffset((body as { readonly seconds: number }).seconds),
    'DELETE /sessions': (_body, query) =>
      emulator.endSessions(
        query.get('how') === 'forget' ? 'forget' : 'expire',
        query.get('role') ?? undefined,
      ),
    'DELETE /connections': (_body, query) => emulator.resetConnections(query.get('region') ?? undefined),
  }
  return createServer((request, response) => {
    handle(routes, emulator, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      response
        .writeHead(400, { 'content-type': 'application/json' })
        .end(`${JSON.stringify({ error: message })}\n`)
    })
  })
}

async function handle(
  routes: Readonly<Record<string, Route>>,
  emulator: EmulatorControl,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://control')
  const key = `${request.method} ${url.pathname}`
  if (key === 'GET /ca.pem') {
    response.writeHead(200, { 'content-type': 'application/x-pem-file' }).end(emulator.certificate)
    return
  }
  const text = Buffer.concat(await request.toArray()).toString()
  const route = Object.hasOwn(routes, key) ? routes[key] : undefined
  if (route === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"No such route."}\n')
    return
  }
  const result = route(text === '' ? {} : parse(text), url.searchParams) ?? {}
  response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify(result)}\n`)
}

/** The parser's own message would quote the body, which may hold secret values. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Error('The body is not JSON.')
  }
}
