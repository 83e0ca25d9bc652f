import { LRUCache } from 'lru-cache'
import type { AwsClients } from '../aws/aws-calls.ts'
import type { CallCredentials } from '../aws/signing/call-credentials.ts'
import type { CallObserver } from '../aws/tries.ts'
import { type ErrorCode, MountFaults, ProviderError } from '../errors/provider-error.ts'
import type { Regions } from '../plan/mount-plan.ts'
import { SharedWork } from '../process/shared-work.ts'
import type { AwsCredentials } from './aws-credentials.ts'
import {
  type AssumedRole,
  describeIdentity,
  type Identity,
  type PodOwnIdentity,
  sessionKey,
} from './identity.ts'
import type { Session } from './session.ts'

/** A node runs some 110 pods. A session is credentials and little else, some 4 KB. */
const maxSessions = 1_000
/** Credentials nearer to their end than this are refreshed in the background by the mount that meets them. */
const refreshWithinMs = 10 * 60_000
/** Credentials nearer to their end than this are not used for a mount any more. */
const unusableWithinMs = 60_000

/** How credentials are had: of the pod's own identity by its token, of a role that it assumes in its session. */
export interface CredentialSource {
  ofPod(
    identity: PodOwnIdentity,
    regions: Regions,
    signal: AbortSignal,
    observers: readonly CallObserver[],
  ): Promise<AwsCredentials>
  ofAssumedRole(
    identity: AssumedRole,
    base: Session,
    regions: Regions,
    signal: AbortSignal,
    observers: readonly CallObserver[],
  ): Promise<AwsCredentials>
}

/** What became of a session at a mount, for metrics. */
export type SessionEvent = 'hit' | 'opened' | 'refreshed' | 'refresh_failed' | 'rejected'

interface SessionCacheOptions {
  readonly source: CredentialSource
  readonly clients: (credentials: CallCredentials) => AwsClients
  readonly onEvent?: (event: SessionEvent) => void
  /** Epoch milliseconds. */
  readonly now?: () => number
}

interface CachedSession extends Session {
  readonly expiration: number
}

/**
 * Sessions by identity (see sessionKey), so that a warm mount needs no STS. An assumed role has a session beside that
 * of its base, which all roles that the base assumes share.
 *
 * No token is kept after its mount: a session near its end is refreshed by the next mount that brings one.
 */
export class SessionCache {
  readonly #sessions = new LRUCache<string, CachedSession>({ max: maxSessions })
  readonly #exchanges = new SharedWork<CachedSession>()
  readonly #options: SessionCacheOptions
  #opened = 0

  constructor(options: SessionCacheOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#sessions.size
  }

  /** Whether a mount of `identity` needs no exchange now. */
  isWarm(identity: Identity): boolean {
    return this.#usable(sessionKey(identity)) !== undefined
  }

  /**
   * Runs `read` in the session of `identity`. When AWS rejects the credentials of a session that was there
   * before, it is dropped and `read` tried once more in a fresh one.
   */
  async use<T>(
    identity: Identity,
    regions: Regions,
    signal: AbortSignal,
    observers: readonly CallObserver[],
    read: (session: Session, warm: boolean) => Promise<T>,
  ): Promise<T> {
    const key = sessionKey(identity)
    const cached = this.#usable(key)
    if (cached === undefined) return read(await this.#open(key, identity, regions, signal, observers), false)
    this.#emit('hit')
    this.#refreshInBackground(key, cached, identity, regions)
    try {
      return await read(cached, true)
    } catch (error) {
      if (!rejectsCredentials(error)) throw error
      this.#emit('rejected')
      if (this.#sessions.peek(key) === cached) this.#sessions.delete(key)
      return read(this.#usable(key) ?? (await this.#open(key, identity, regions, signal, observers)), false)
    }
  }

  #usable(key: string): CachedSession | undefined {
    const session = this.#sessions.get(key)
    return session !== undefined && session.expiration - this.#now() > unusableWithinMs ? session : undefined
  }

  async #open(
    key: string,
    identity: Identity,
    regions: Regions,
    signal: AbortSignal,
    observers: readonly CallObserver[],
  ): Promise<CachedSession> {
    // Who shares an exchange must agree on the regions it may go to, not only on the identity.
    return this.#exchanges.run(`${key} ${regions.join(' ')}`, signal, async (within) => {
      const credentials = await this.#exchange(identity, regions, within, observers)
      this.#opened += 1
      const session: CachedSession = {
        id: `${this.#opened}`,
        identity: describeIdentity(identity),
        clients: this.#options.clients(credentials),
        expiration: credentials.expiration,
      }
      this.#sessions.set(key, session)
      this.#emit('opened')
      return session
    })
  }

  #exchange(
    identity: Identity,
    regions: Regions,
    signal: AbortSignal,
    observers: readonly CallObserver[],
  ): Promise<AwsCredentials> {
    const { source } = this.#options
    if (identity.kind !== 'assumedRole') return source.ofPod(identity, regions, signal, observers)
    return this.use(identity.base, regions, signal, observers, (base) =>
      source.ofAssumedRole(identity, base, regions, signal, observers),
    )
  }

  #refreshInBackground(key: string, session: CachedSession, identity: Identity, regions: Regions): void {
    if (session.expiration - this.#now() > refreshWithinMs) return
    if (this.#exchanges.has(`${key} ${regions.join(' ')}`)) return
    this.#open(key, identity, regions, AbortSignal.timeout(30_000), []).then(
      () => this.#emit('refreshed'),
      // The session is good for a while yet, and the next mount tries again.
      () => this.#emit('refresh_failed'),
    )
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }

  #emit(event: SessionEvent): void {
    this.#options.onEvent?.(event)
  }
}

function rejectsCredentials(error: unknown): boolean {
  const faults = error instanceof MountFaults ? error.faults : [error]
  return faults.some((each) => each instanceof ProviderError && refusals.has(each.code))
}

const refusals: ReadonlySet<ErrorCode> = new Set(['CREDENTIALS_REFUSED', 'ASSUME_ROLE_CREDENTIALS_REFUSED'])
