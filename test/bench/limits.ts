import type { Latency } from '../emulator/latency.ts'
import { farRegion } from './bench-world.ts'
import type { Limit } from './scenario.ts'

/** What the latency model allows at best, milliseconds: pieces that no provider can leave out or overlap. */
export function timesOf(latency: Latency) {
  const { connection = 0, services = {}, regions = {} } = latency
  const { sts = 0, secretsmanager = 0, ssm = 0, kubernetes = 0 } = services
  const far = regions[farRegion] ?? 0
  return {
    /** Kubernetes says which role; meanwhile the connections to AWS can be opened. */
    role: connection + kubernetes,
    exchange: sts,
    secret: secretsmanager,
    parameter: ssm,
    far,
  }
}

export function warmLimit(latency: Latency, store: 'secret' | 'parameter' | 'both' = 'secret'): Limit {
  const { secret, parameter } = timesOf(latency)
  const value = { secret, parameter, both: Math.max(secret, parameter) }[store]
  return { value, why: 'one round trip' }
}

export function coldLimit(latency: Latency, store: 'secret' | 'parameter' | 'both' = 'secret'): Limit {
  const { role, exchange } = timesOf(latency)
  return {
    value: role + exchange + warmLimit(latency, store).value,
    why: 'role, one STS exchange, one round trip; connections meanwhile',
  }
}

/** A budget, where no model of latency says anything. */
export function budget(value: number, why = 'budget'): Limit {
  return { value, why }
}
