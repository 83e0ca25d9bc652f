import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { buildGoProgram, cacheFolder, skipWithout } from '../harness/cached-tool.ts'

export interface GoClient {
  /** As tests name it. */
  readonly name: string
  /** The Go module, a folder here. */
  readonly module: 'driver' | 'grpc'
  /** A go.mod in place of the module's own. */
  readonly modfile?: string
}

/**
 * Drivers 1.0 are built with gRPC 1.39.0, 1.3.4 with 1.47.0, 1.4.8 to 1.5.6 with 1.56.3, 1.6.0 with 1.79.3, 1.6.1 with 1.83.2.
 * Source: their go.mod.
 */
export const goClients: readonly GoClient[] = [
  { name: 'the client of driver 1.6.1', module: 'driver' },
  { name: 'gRPC 1.39.0', module: 'grpc', modfile: 'grpc-1.39.0.mod' },
  { name: 'gRPC 1.56.3', module: 'grpc', modfile: 'grpc-1.56.3.mod' },
  { name: 'gRPC 1.79.3', module: 'grpc' },
]

/** A mount's fields, or the wish for a version. */
export type Call = 'version' | MountFields

export interface MountFields {
  readonly attributes: string
  readonly secrets: string
  readonly targetPath: string
  readonly permission: string
  readonly objectVersions?: Readonly<Record<string, string>>
}

/** How a call ended, as the Go program saw it. */
export interface CallEnd {
  /** Go's name of the gRPC status: OK, NotFound, InvalidArgument. */
  readonly code: string
  readonly message: string
  readonly version?: string
  readonly objectVersions?: Readonly<Record<string, string>>
  /** By path, with contents in base64; the driver's client writes them instead. */
  readonly files?: Readonly<Record<string, { readonly mode: number; readonly contents: string }>>
}

export const skipWithoutGo = skipWithout('Go', 'go', ['version'])

const cache = join(cacheFolder, 'driver-clients')

/** Compiles a client, from what earlier runs have fetched and compiled, and gives the program's path. */
export function buildClient({ module, modfile }: GoClient): string {
  return buildGoProgram({
    folder: join(import.meta.dirname, module),
    cache,
    name: modfile?.replace(/\.mod$/, '') ?? module,
    flags: modfile === undefined ? [] : ['-modfile', modfile],
  })
}

/**
 * Lets a program make rounds of calls over one connection, the calls of a round at once. `authority`: in place of what the
 * bare clients make of the socket's path.
 */
export async function callFrom(
  program: string,
  socket: string,
  rounds: readonly (readonly Call[])[],
  authority?: string,
): Promise<readonly (readonly CallEnd[])[]> {
  const child = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const work = rounds.map((calls) => calls.map((call) => (call === 'version' ? {} : { mount: call })))
  child.stdin.end(JSON.stringify({ socket, authority, rounds: work }))
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Error(`${program} ended with ${code}`)
  return JSON.parse(output)
}
