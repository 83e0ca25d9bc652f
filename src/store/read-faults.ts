import { MountFaults, type ProviderError } from '../errors/provider-error.ts'
import type { PlanValues } from './object-value.ts'

/** A fault of one object. */
export interface ObjectFault {
  /** The object's place in the plan. */
  readonly index: number
  readonly fault: ProviderError
}

/**
 * Some objects of a mount could not be read; the values of the others come along, so that what is wrong with those can
 * be told at once. The values are wrapped, and whoever catches this throws an error without them.
 */
export class ReadFaults extends MountFaults {
  readonly objectFaults: readonly ObjectFault[]
  readonly values: PlanValues

  constructor(objectFaults: readonly [ObjectFault, ...ObjectFault[]], values: PlanValues) {
    const [first, ...rest] = objectFaults
    super([first.fault, ...rest.map(({ fault }) => fault)])
    this.objectFaults = objectFaults
    this.values = values
  }
}
