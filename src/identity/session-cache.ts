import { LRUCache } from 'lru-cache'
import type { AwsClients } from '../aws/aws-calls.ts'
import type { CallCredentials } from '../aws/signing/call-credentials.ts'
import type { CallObserver } from '../aws/tries.ts'
import { type ErrorCode, MountFaults, ProviderError } from '../errors/provider-error.ts'
import type { Regions } from '../plan/mount-plan.ts'
import { type Clock, systemClock } from '../process/clock.ts'
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
/** Credentials nearer to their end than this are refreshed by the mount that meets them, beside its reads. */
const refreshWithinMs = 10 * 60_000
/** A mount whose reads are done waits so much longer for the refresh that its token is used for, and then ends it. */
const refreshPatienceMs = 2_000
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
  /** The machine's unless told. */
  readonly clock?: Clock
}

interface CachedSession extends Session {
  readonly expiration: number
}

/** A mount that wants a session: as whom, and from which regions. */
interface Asking {
  readonly key: string
  readonly identity: Identity
  readonly regions: Regions
  readonly signal: AbortSignal
  readonly observers: readonly CallObserver[]
}

/**
 * Sessions by identity (see sessionKey), so that a warm mount needs no STS. An assumed role has a session beside that
 * of its base, which all roles that the base assumes share.
 *
 * No token is kept after its mount: a session near its end is refreshed by the next mount that brings one, while it
 * reads, and the mount waits a little for that. What is not done by then is given up, and the next mount tries again.
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
    const asking: Asking = { key, identity, regions, signal, observers }
    const cached = this.#usable(key)
    if (cached === undefined) return read(await this.#open(asking), false)
    this.#emit('hit')
    const refresh = this.#refresh(cached, asking)
    try {
      const result = await read(cached, true)
      await refresh?.settle()
      return result
    } catch (error) {
      if (!rejectsCredentials(error)) throw error
      this.#emit('rejected')
      if (this.#sessions.peek(key) === cached) this.#sessions.delete(key)
      return read(this.#usable(key) ?? (await this.#open(asking)), false)
    } finally {
      refresh?.giveUp()
    }
  }

  #usable(key: string): CachedSession | undefined {
    const session = this.#sessions.get(key)
    return session !== undefined && session.expiration - this.#now() > unusableWithinMs ? session : undefined
  }

  async #open(asking: Asking): Promise<CachedSession> {
    const { signal } = asking
    for (;;) {
      try {
        return await this.#exchanges.run(exchangeKey(asking), signal, (within) =>
          this.#start({ ...asking, signal: AbortSignal.any([within, signal]) }),
        )
      } catch (error) {
        if (!(error instanceof TokenGone) || signal.aborted) throw error
      }
    }
  }

  /** Ends with the mount that has brought the token: others that wait for it go on with their own. */
  async #start(asking: Asking): Promise<CachedSession> {
    const { key, identity, signal } = asking
    let credentials: AwsCredentials
    try {
      credentials = await this.#exchange(asking)
    } catch (error) {
      throw signal.aborted ? new TokenGone() : error
    }
    this.#opened += 1
    const session: CachedSession = {
      id: `${this.#opened}`,
      identity: describeIdentity(identity),
      clients: this.#options.clients(credentials),
      expiration: credentials.expiration,
    }
    this.#dropExpired()
    this.#sessions.set(key, session)
    this.#emit('opened')
    return session
  }

  /** Nobody asks for those of pods that are gone. To look at all costs little beside an exchange. */
  #dropExpired(): void {
    const now = this.#now()
    for (const [key, { expiration }] of [...this.#sessions.entries()]) {
      if (expiration <= now) this.#sessions.delete(key)
    }
  }

  #exchange({ identity, regions, signal, observers }: Asking): Promise<AwsCredentials> {
    const { source } = this.#options
    if (identity.kind !== 'assumedRole') return source.ofPod(identity, regions, signal, observers)
    return this.use(identity.base, regions, signal, observers, (base) =>
      source.ofAssumedRole(identity, base, regions, signal, observers),
    )
  }

  #refresh(session: CachedSession, asking: Asking): Refresh | undefined {
    if (session.expiration - this.#now() > refreshWithinMs) return undefined
    if (this.#exchanges.has(exchangeKey(asking))) return undefined
    const { clock = systemClock } = this.#options
    const enough = new AbortController()
    const over = new AbortController()
    const within = AbortSignal.any([asking.signal, enough.signal])
    const opened = this.#open({ ...asking, signal: within, observers: [] })
      .then(
        () => this.#emit('refreshed'),
        // The session is good for a while yet, and the next mount tries again.
        () => this.#emit('refresh_failed'),
      )
      .finally(() => over.abort())
    return {
      settle: () => Promise.race([opened, clock.pause(refreshPatienceMs, over.signal).catch(() => {})]),
      giveUp: () => enough.abort(new RefreshGivenUp()),
    }
  }

  #now(): number {
    return (this.#options.now ?? Date.now)()
  }

  #emit(event: SessionEvent): void {
    this.#options.onEvent?.(event)
  }
}

/** Who shares an exchange must agree on the regions it may go to, not only on the identity. */
function exchangeKey({ key, regions }: Asking): string {
  return `${key} ${regions.join(' ')}`
}

/** An exchange beside the reads of a mount, with that mount's token. */
interface Refresh {
  /** Resolves when it has ended, or the mount has waited for long enough. */
  settle(): Promise<void>
  giveUp(): void
}

/** An exchange that was shared has ended with the mount whose token it used. */
class TokenGone extends Error {
  override readonly name = 'TokenGone'
}

/** The reason of an abort because the mount that brought the token has ended. */
class RefreshGivenUp extends Error {
  override readonly name = 'RefreshGivenUp'
}

function rejectsCredentials(error: unknown): boolean {
  const faults = error instanceof MountFaults ? error.faults : [error]
  return faults.some((each) => each instanceof ProviderError && refusals.has(each.code))
}

const refusals: ReadonlySet<ErrorCode> = new Set(['CREDENTIALS_REFUSED', 'ASSUME_ROLE_CREDENTIALS_REFUSED'])
