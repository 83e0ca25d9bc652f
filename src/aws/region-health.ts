import { LRUCache } from 'lru-cache'
import type { AwsCall, AwsFailure, AwsService } from './failures/failure.ts'
import type { CallObserver } from './tries.ts'

/** Anybody may name a region: only the latest silent ones are remembered. */
const maxBreakers = 64
/** At most one probe of a silent region in this time. */
const probeIntervalMs = 1_000

interface Breaker {
  probing: boolean
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
  readonly #open = new LRUCache<string, Breaker>({ max: maxBreakers })
  readonly #changed: (call: Pick<AwsCall, 'service' | 'region'>, open: boolean) => void

  constructor(changed: (call: Pick<AwsCall, 'service' | 'region'>, open: boolean) => void = () => {}) {
    this.#changed = changed
  }

  isOpen(service: AwsService, region: string): boolean {
    return this.#open.has(`${service} ${region}`)
  }

  /** Whether any service of the region is silent: reason to wait less for its others. */
  isSuspect(region: string): boolean {
    return [...this.#open.keys()].some((key) => key.endsWith(` ${region}`))
  }

  /** Runs `probe` in the background while the breaker is open: one at a time, one a second at most. */
  probe(service: AwsService, region: string, probe: () => Promise<unknown>): void {
    const breaker = this.#open.get(`${service} ${region}`)
    if (breaker === undefined || breaker.probing || performance.now() - breaker.lastProbe < probeIntervalMs)
      return
    breaker.probing = true
    breaker.lastProbe = performance.now()
    // What the probe finds reaches us as an observer of its calls.
    probe()
      .catch(() => {})
      .finally(() => {
        breaker.probing = false
      })
  }

  answered(call: AwsCall): void {
    this.#close(call)
  }

  failed(call: AwsCall, failure: AwsFailure): void {
    if (failure.silent) this.#openFor(call)
    else if (failure.kind !== 'network') this.#close(call)
  }

  #openFor(call: AwsCall): void {
    const key = `${call.service} ${call.region}`
    if (this.#open.has(key)) return
    this.#open.set(key, { probing: false, lastProbe: performance.now() })
    this.#changed(call, true)
  }

  #close(call: AwsCall): void {
    if (this.#open.delete(`${call.service} ${call.region}`)) this.#changed(call, false)
  }
}
