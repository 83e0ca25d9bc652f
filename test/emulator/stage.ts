import type { CallLog } from './call-log.ts'
import { createCallLog } from './call-log.ts'
import type { FaultBook } from './faults.ts'
import { createFaultBook } from './faults.ts'
import type { Latency } from './latency.ts'
import type { Sessions } from './sessions.ts'
import { createSessions } from './sessions.ts'
import type { SignatureVerifier } from './signature.ts'
import { createSignatureVerifier } from './signature.ts'
import type { World } from './world.ts'
import type { WorldIndex } from './world-index.ts'
import { indexWorld } from './world-index.ts'

/** Everything that all listeners share: the world and what is going on in it. */
export interface Stage {
  readonly index: () => WorldIndex
  readonly edit: (change: (world: World) => World) => WorldIndex
  readonly latency: () => Latency
  readonly setLatency: (latency: Latency) => void
  /** Milliseconds since 1970 by the clock of AWS, which `setClockOffset` moves away from ours. */
  readonly now: () => number
  readonly clockOffset: () => number
  readonly setClockOffset: (milliseconds: number) => void
  readonly faults: FaultBook
  readonly calls: CallLog
  readonly sessions: Sessions
  readonly signatures: SignatureVerifier
  readonly verifySignatures: boolean
  /** Key of the tokens that the emulator mints itself. */
  readonly tokenKey: string
}

export interface StageSettings {
  readonly world: World
  readonly latency: Latency
  readonly verifySignatures: boolean
  readonly keepCalls: number
  readonly tokenKey: string
  readonly random: () => number
}

export function createStage(settings: StageSettings): Stage {
  let index = indexWorld(settings.world)
  let { latency } = settings
  let clockOffset = 0
  const sessions = createSessions()
  return {
    index: () => index,
    edit(change) {
      index = indexWorld(change(index.world))
      return index
    },
    latency: () => latency,
    setLatency(wanted) {
      latency = wanted
    },
    now: () => Date.now() + clockOffset,
    clockOffset: () => clockOffset,
    setClockOffset(milliseconds) {
      clockOffset = milliseconds
    },
    faults: createFaultBook(settings.random),
    calls: createCallLog(settings.keepCalls),
    sessions,
    signatures: createSignatureVerifier((accessKeyId) => sessions.find(accessKeyId, index)),
    verifySignatures: settings.verifySignatures,
    tokenKey: settings.tokenKey,
  }
}
