import type { Refusal } from './answer.ts'
import type { Caller } from './sessions.ts'
import type { World } from './world.ts'
import type { RegionIndex, WorldIndex } from './world-index.ts'

/** A call of one of the two stores, read and signed. */
export interface StoreRequest {
  readonly operation: string
  readonly input: Readonly<Record<string, unknown>>
  readonly region: RegionIndex
  readonly caller: Caller
  readonly index: WorldIndex
  /** Changes the world and gives it as it is then. */
  /** What a fault says of one of the names in a call for several, asked for by that operation. */
  readonly faultOf: (operation: string, name: string) => Refusal | undefined
  readonly edit: (change: (world: World) => World) => WorldIndex
}
