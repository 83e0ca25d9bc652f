import { LRUCache } from 'lru-cache'
import { type Clock, systemClock } from '../process/clock.ts'
import type { AwsCall, AwsFailure, AwsService } from './failures/failure.ts'
import type { CallObserver } from './tries.ts'

/** Anybody may name a region: only the latest silent ones are remembered. */
const maxBreakers = 64
/** At most one probe of a silent region in this time. */
const probeIntervalMs = 1_000

type RegionOfService = Pick<AwsCall, 'service' | 'region'>

/**
 * An open breaker; one that is closed is not remembered.
 *
 *     closed ──silence──▶ open ──a second later, when somebody wants the region──▶ probing
 *       ▲                  ▲ └───────────────any answer───────────┐                │ │
 *       └──────────────────┼──────────────────────────────────────┴──any answer────┘ │
 *                          └───────────────────────silence───────────────────────────┘
 */
interface Breaker {
  readonly of: RegionOfService
  state: 'open' | 'probing'
  /** Of the clock: when it opened, or was probed last. */
  lastProbe: number
}

/**
 * Remembers which service of which region is silent, so that a black-holed region costs one bounded wait on a
 * node and not one a mount.
 *
 * Silence alone opens a breaker (no connection, no answer in time): never a refusal, a reset, 5xx, throttling
 * or our own queue. Any answer closes it. Only mounts with two regions look at it.
 */
export class RegionHealth implements CallObserver {
  readonly #open = new LRUCache<string, Breaker>({
    max: maxBreakers,
    // Nobody would tell of its end any more.
    dispose: ({ of }, _, reason) => {
      if (reason === 'evict') this.#changed(of, false)
    },
  })
  readonly #changed: (call: RegionOfService, open: boolean) => void
  readonly #clock: Clock
  readonly #listeners = new Set<{ readonly key: string; act(): void }>()

  /** `changed` hears of each breaker that opens, and that closes or is remembered no longer, once. */
  constructor(
    changed: (call: RegionOfService, open: boolean) => void = () => {},
    clock: Clock = systemClock,
  ) {
    this.#changed = changed
    this.#clock = clock
  }

  /** Whether that service of that region is silent, as far as is known. */
  isOpen(service: AwsService, region: string): boolean {
    return this.#open.has(`${service} ${region}`)
  }

  /** Whether any service of the region is silent: reason to wait less for its others. */
  isSuspect(region: string): boolean {
    return [...this.#open.keys()].some((key) => key.endsWith(` ${region}`))
  }

  /** Calls `act` each time that silence is met there; returns the way to call it off. */
  onSilence(service: AwsService, region: string, act: () => void): () => void {
    const listener = { key: `${service} ${region}`, act }
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Runs `probe` in the background while the breaker is open: one at a time, one a second at most. */
  probe(service: AwsService, region: string, probe: () => Promise<unknown>): void {
    const breaker = this.#open.get(`${service} ${region}`)
    const isDue = breaker?.state === 'open' && this.#clock.now() - breaker.lastProbe >= probeIntervalMs
    if (!isDue) return
    breaker.state = 'probing'
    breaker.lastProbe = this.#clock.now()
    // What the probe finds reaches us as an observer of its calls.
    probe()
      .catch(() => {})
      .finally(() => {
        breaker.state = 'open'
      })
  }

  /** An answer of any kind closes the breaker. */
  answered(call: RegionOfService): void {
    this.#close(call)
  }

  /** Silence opens the breaker; a failure that is an answer closes it. */
  failed(call: AwsCall, failure: AwsFailure): void {
    if (failure.silent) this.#openFor(call)
    else if (failure.kind !== 'network') this.#close(call)
  }

  #openFor(call: AwsCall): void {
    const key = `${call.service} ${call.region}`
    for (const listener of this.#listeners) if (listener.key === key) listener.act()
    if (this.#open.has(key)) return
    const { service, region } = call
    this.#open.set(key, { of: { service, region }, state: 'open', lastProbe: this.#clock.now() })
    this.#changed(call, true)
  }

  #close(call: RegionOfService): void {
    if (this.#open.delete(`${call.service} ${call.region}`)) this.#changed(call, false)
  }
}
