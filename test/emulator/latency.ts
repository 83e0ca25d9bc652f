import type { EmulatedService } from './faults.ts'

/** Milliseconds that things take, beside what the emulator itself needs. */
export interface Latency {
  /** Opening a connection. */
  readonly connection?: number
  /** Answering a request. */
  readonly services?: Readonly<Partial<Record<EmulatedService, number>>>
  /** Added to both for a region that is far away. */
  readonly regions?: Readonly<Record<string, number>>
}

/** Typical times from within one region, and another that is a continent away. */
export const benchLatency: Latency = {
  connection: 3,
  services: { sts: 40, secretsmanager: 13, ssm: 16, kubernetes: 3, 'pod-identity': 3 },
  regions: { 'us-west-2': 65 },
}

export function connectionDelay(latency: Latency, region: string): number {
  return (latency.connection ?? 0) + (latency.regions?.[region] ?? 0)
}

export function requestDelay(latency: Latency, service: EmulatedService, region: string): number {
  return (latency.services?.[service] ?? 0) + (latency.regions?.[region] ?? 0)
}
