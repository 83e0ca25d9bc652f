import type { AwsCall } from '../aws/failures/failure.ts'
import { createRegionGates } from '../aws/region-gates.ts'
import type { Gate } from '../process/gate.ts'
import { batchOperation } from './store-fault.ts'

/** How many calls may be under way. */
interface MostCalls {
  readonly single: number
  /** Those that read several secrets: the answer to each may be as large as answers are. */
  readonly several: number
}

/** To one store of one region: a mount of 50 objects in one round trip, and no more, for the sake of 100 MiB. */
export const mostPerStore: MostCalls = { single: 50, several: 8 }

/** Of one large mount to one store of all its regions. */
export const mostOfLarge: MostCalls = { single: 50, several: 1 }

/** The gate that a call passes. */
export type CallGates = (call: AwsCall) => Gate

/** Bounds the calls under way to each store of each region, or of what else calls are told apart by. */
export function callGates({ single, several }: MostCalls, regionOf: (call: AwsCall) => string): CallGates {
  const gateOf = createRegionGates(single)
  const batchGateOf = createRegionGates(several)
  return (call) => {
    const gates = call.operation === batchOperation ? batchGateOf : gateOf
    return gates(call.service, regionOf(call))
  }
}
