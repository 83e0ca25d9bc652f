import type { EmulatedService } from './faults.ts'

/** One request, or one CONNECT of the proxy. Names, never values. */
export interface Call {
  readonly id: number
  readonly time: string
  readonly service: EmulatedService | 'proxy'
  readonly operation: string
  readonly region: string
  readonly host: string
  readonly names: readonly string[]
  readonly role: string | undefined
  readonly session: string | undefined
  readonly userAgent: string
  readonly connection: number
  readonly via: 'direct' | 'proxy'
  /** 0 while there is no answer, and when none is ever sent. */
  readonly status: number
  readonly error: string | undefined
  readonly fault: string | undefined
}

export interface Counters {
  /** By `service operation`. */
  readonly calls: Readonly<Record<string, number>>
  /** By `service operation region`. */
  readonly callsByRegion: Readonly<Record<string, number>>
  /** By `service code`. */
  readonly errors: Readonly<Record<string, number>>
  /** By service: the most requests that were ever open at once. */
  readonly peak: Readonly<Record<string, number>>
  readonly connectionsOpened: number
  readonly connectionsOpen: number
  readonly tlsHandshakes: number
  readonly tlsResumed: number
}

export interface CallFilter {
  readonly service?: string
  readonly operation?: string
  readonly region?: string
}

export interface CallLog {
  begin(call: Omit<Call, 'id' | 'time' | 'status' | 'error' | 'fault'>, time: number): OpenCall
  countConnection(event: 'opened' | 'closed' | 'handshake' | 'resumed'): void
  calls(filter?: CallFilter): readonly Call[]
  counters(): Counters
  clear(): void
}

export interface OpenCall {
  faulty(fault: string): void
  end(status: number, error?: string): void
}

/** Keeps the latest `keep` calls, and counts of all. */
export function createCallLog(keep: number): CallLog {
  let ring: Call[] = []
  let total = 0
  let calls = new Map<string, number>()
  let callsByRegion = new Map<string, number>()
  let errors = new Map<string, number>()
  let peak = new Map<string, number>()
  const open = new Map<string, number>()
  const connections = { opened: 0, closed: 0, handshake: 0, resumed: 0 }
  let openedBefore = 0

  return {
    begin(facts, time) {
      const call: { -readonly [K in keyof Call]: Call[K] } = {
        ...facts,
        id: total,
        time: new Date(time).toISOString(),
        status: 0,
        error: undefined,
        fault: undefined,
      }
      if (keep > 0) {
        ring[total % keep] = call
      }
      total += 1
      const kind = `${facts.service} ${facts.operation}`
      increment(calls, kind)
      increment(callsByRegion, `${kind} ${facts.region}`)
      const now = increment(open, facts.service)
      peak.set(facts.service, Math.max(now, peak.get(facts.service) ?? 0))
      let ended = false
      return {
        faulty(fault) {
          call.fault = fault
        },
        end(status, error) {
          if (ended) {
            return
          }
          ended = true
          open.set(facts.service, (open.get(facts.service) ?? 1) - 1)
          call.status = status
          call.error = error
          if (error !== undefined) {
            increment(errors, `${facts.service} ${error}`)
          }
        },
      }
    },
    countConnection(event) {
      connections[event] += 1
    },
    calls({ service, operation, region } = {}) {
      return ring
        .filter(
          (call) =>
            (service === undefined || call.service === service) &&
            (operation === undefined || call.operation === operation) &&
            (region === undefined || call.region === region),
        )
        .sort((one, other) => one.id - other.id)
    },
    counters: () => ({
      calls: Object.fromEntries(calls),
      callsByRegion: Object.fromEntries(callsByRegion),
      errors: Object.fromEntries(errors),
      peak: Object.fromEntries(peak),
      connectionsOpened: connections.opened - openedBefore,
      connectionsOpen: connections.opened - connections.closed,
      tlsHandshakes: connections.handshake,
      tlsResumed: connections.resumed,
    }),
    clear() {
      ring = []
      total = 0
      calls = new Map()
      callsByRegion = new Map()
      errors = new Map()
      peak = new Map()
      openedBefore = connections.opened
      connections.handshake = 0
      connections.resumed = 0
    },
  }
}

function increment(counts: Map<string, number>, key: string): number {
  const next = (counts.get(key) ?? 0) + 1
  counts.set(key, next)
  return next
}
