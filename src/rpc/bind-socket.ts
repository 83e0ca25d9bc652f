import { randomBytes } from 'node:crypto'
import { chmodSync, readdirSync, renameSync, statSync, unlinkSync } from 'node:fs'
import type { Server } from 'node:net'
import { basename, dirname, join } from 'node:path'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import { identifySocket, probeSocket } from './socket-identity.ts'

/** Linux keeps 108 bytes for the path of a unix socket, its end included. */
const longestPath = 107
/** A socket younger than this may be another provider's that is about to take its place. */
const staleAfterMs = 10_000

/**
 * Lets `server` listen under a private name and moves that over `path`, so that there is never a moment without a
 * socket. Nothing of ours unlinks `path` later: Node removes the name it has bound, and that is gone by then.
 *
 * `mayReplace` is asked right before, in the same turn; when it says no the server is closed again. Resolves with the
 * identity of the socket, undefined when it may not.
 *
 * @throws {ProviderError} SOCKET_*.
 */
export async function bindSocket(
  server: Server,
  path: string,
  mayReplace: () => boolean = () => true,
): Promise<string | undefined> {
  const name = join(dirname(path), privatePrefix(path) + randomBytes(4).toString('hex'))
  const bytes = Buffer.byteLength(name)
  if (bytes > longestPath) {
    const room = longestPath - (bytes - Buffer.byteLength(path))
    throw fault('SOCKET_PATH_TOO_LONG', { path, bytes: Buffer.byteLength(path), limit: room })
  }
  try {
    await listen(server, name)
    chmodSync(name, 0o600)
    if (!mayReplace()) {
      server.close()
      return undefined
    }
    const identity = identifySocket(name)
    renameSync(name, path)
    return identity
  } catch (error) {
    server.close()
    throw bindFault(path, error)
  }
}

/** Removes private names that crashed providers have left beside `path`: ours by pattern, and nobody answers. */
export async function removeStaleSockets(path: string): Promise<void> {
  const directory = dirname(path)
  const prefix = privatePrefix(path)
  const ours = (name: string) => name.startsWith(prefix) && /^[0-9a-f]{8}$/.test(name.slice(prefix.length))
  for (const name of namesIn(directory).filter(ours)) {
    const stale = join(directory, name)
    try {
      const { ctimeMs } = statSync(stale)
      if (Date.now() - ctimeMs > staleAfterMs && (await probeSocket(stale)) === 'refused') unlinkSync(stale)
    } catch {
      // Somebody else has removed it, or it cannot be removed: it is in nobody's way.
    }
  }
}

/** Short, since it counts against the limit of the path; eight hexadecimal digits follow. */
function privatePrefix(path: string): string {
  return `.${basename(path, '.sock')}-`
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function bindFault(path: string, cause: unknown): ProviderError {
  const directory = dirname(path)
  const { code } = cause as NodeJS.ErrnoException
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) {
    return fault('SOCKET_DIRECTORY_MISSING', { directory }, { cause })
  }
  const reason = code ?? 'unknown reason'
  return code === 'EACCES' || code === 'EROFS' || code === 'EPERM'
    ? fault('SOCKET_DIRECTORY_NOT_WRITABLE', { directory, reason }, { cause })
    : fault('SOCKET_NOT_BOUND', { path, reason }, { cause })
}
