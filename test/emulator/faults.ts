import { fits } from './pattern.ts'

export type EmulatedService = 'secretsmanager' | 'ssm' | 'sts' | 'kubernetes' | 'pod-identity'

/** Something that goes wrong, and when. Faults are looked at in the order they were added; one acts at a time. */
export interface Fault {
  readonly when?: FaultCondition
  readonly effect: FaultEffect
}

/** A missing field fits everything. */
export interface FaultCondition {
  readonly service?: EmulatedService
  /** Of the Pod Identity agent: `ipv4` or `ipv6`. */
  readonly region?: string
  /** `GetSecretValue`, `GetParameters`, `AssumeRoleWithWebIdentity`, `get serviceaccounts`, … */
  readonly operation?: string
  /** A pattern (`*` for any text) that one of the names asked for fits. */
  readonly name?: string
  /** ARN of the role that asks. */
  readonly role?: string
  /** Which of the fitting requests, counted from 1: the second, or the first and third. */
  readonly nth?: number | readonly number[]
  /** From 0 to 1. */
  readonly probability?: number
  /** How many times it acts before it is spent. */
  readonly remaining?: number
}

export type FaultEffect = ConnectionEffect | RequestEffect

/**
 * What can go wrong before a request is read; it knows service and region alone, and leaves connections that
 * are open already alone. Kubernetes and the agent know `refuse`; the others make them silent.
 */
export type ConnectionEffect =
  /** Reset after accept; through the proxy CONNECT is answered with `status` (default 502), or reset with 0. */
  | { readonly do: 'refuse'; readonly status?: number }
  /** CONNECT is never answered; without the proxy the TLS hello is not. */
  | { readonly do: 'black-hole' }
  /** CONNECT is answered, the TLS hello is not. */
  | { readonly do: 'hang-tls' }
  /** The handshake is done, no request of the connection is ever answered. */
  | { readonly do: 'hang-after-tls' }

export type RequestEffect =
  /** An error in the form of the service. */
  | {
      readonly do: 'error'
      readonly code: string
      readonly message?: string
      readonly status?: number
      readonly headers?: Readonly<Record<string, string>>
    }
  /** Any answer at all, e.g. 503 with HTML. */
  | {
      readonly do: 'answer'
      readonly status: number
      readonly body?: string
      readonly contentType?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** 200 and the first half of the right body, as if it were all. */
  | { readonly do: 'malformed' }
  /** The right headers, half the body, then the connection is closed. */
  | { readonly do: 'cut' }
  /** Reset instead of an answer. */
  | { readonly do: 'reset' }
  /** The right headers, half the body, then a reset. */
  | { readonly do: 'reset-body' }
  /** Never answered. */
  | { readonly do: 'hang' }
  /** The right answer, one byte every so many milliseconds. */
  | { readonly do: 'drip'; readonly milliseconds: number }
  /** The right answer, and the connection ends with it: `Connection: close`. */
  | { readonly do: 'close' }
  /** The right answer, so many milliseconds later. */
  | { readonly do: 'delay'; readonly milliseconds: number }

/** What is known of a request or connection when a fault is looked for. */
export interface FaultSubject {
  readonly service: EmulatedService
  readonly region: string
  readonly operation?: string
  readonly names?: readonly string[]
  readonly role?: string | undefined
}

export interface FaultBook {
  /** @returns The id by which the call log names it. */
  add(fault: Fault): string
  remove(id?: string): void
  list(): readonly (Fault & { readonly id: string; readonly acted: number })[]
  takeForConnection(
    subject: FaultSubject,
  ): { readonly id: string; readonly effect: ConnectionEffect } | undefined
  takeForRequest(subject: FaultSubject): { readonly id: string; readonly effect: RequestEffect } | undefined
  /** For one name in a call for several: an error of a fault that names the operation which reads it alone. */
  takeForEntry(subject: FaultSubject): Extract<RequestEffect, { do: 'error' }> | undefined
}

interface Entry {
  readonly id: string
  readonly fault: Fault
  seen: number
  acted: number
}

/** The faults that are set, with their counts. `random` gives numbers from 0 up to 1. */
export function createFaultBook(random: () => number = Math.random): FaultBook {
  let entries: readonly Entry[] = []
  let added = 0

  function take(
    subject: FaultSubject,
    wanted: (effect: FaultEffect, fault: Fault) => boolean,
  ): Entry | undefined {
    const entry = entries.find(
      (candidate) => wanted(candidate.fault.effect, candidate.fault) && acts(candidate, subject, random),
    )
    if (entry !== undefined) {
      entry.acted += 1
    }
    return entry
  }

  return {
    add(fault) {
      added += 1
      const id = `fault-${added}`
      entries = [...entries, { id, fault, seen: 0, acted: 0 }]
      return id
    },
    remove(id) {
      entries = id === undefined ? [] : entries.filter((entry) => entry.id !== id)
    },
    list: () => entries.map(({ id, fault, acted }) => ({ ...fault, id, acted })),
    takeForConnection(subject) {
      const entry = take(subject, isConnectionEffect)
      return entry && isConnectionEffect(entry.fault.effect)
        ? { id: entry.id, effect: entry.fault.effect }
        : undefined
    },
    takeForRequest(subject) {
      const entry = take(subject, (effect) => !isConnectionEffect(effect))
      return entry && !isConnectionEffect(entry.fault.effect)
        ? { id: entry.id, effect: entry.fault.effect }
        : undefined
    },
    takeForEntry(subject) {
      const entry = take(
        subject,
        ({ do: what }, { when }) => what === 'error' && when?.operation !== undefined,
      )
      return entry?.fault.effect.do === 'error' ? entry.fault.effect : undefined
    },
  }
}

function isConnectionEffect(effect: FaultEffect): effect is ConnectionEffect {
  return ['refuse', 'black-hole', 'hang-tls', 'hang-after-tls'].includes(effect.do)
}

function acts(entry: Entry, subject: FaultSubject, random: () => number): boolean {
  const when = entry.fault.when ?? {}
  const { name } = when
  const concerned =
    (when.service === undefined || when.service === subject.service) &&
    (when.region === undefined || when.region === subject.region) &&
    (when.operation === undefined || when.operation === subject.operation) &&
    (when.role === undefined || when.role === subject.role) &&
    (name === undefined || (subject.names ?? []).some((asked) => fits([name], asked)))
  if (!concerned || (when.remaining !== undefined && entry.acted >= when.remaining)) {
    return false
  }
  entry.seen += 1
  if (when.nth !== undefined && ![when.nth].flat().includes(entry.seen)) {
    return false
  }
  return when.probability === undefined || random() < when.probability
}
