import type { ProviderError } from '../errors/provider-error.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import type { TurnGate } from '../process/gate.ts'
import { inTurns, type Steps } from '../process/in-turns.ts'
import { type PlanValues, valuesIn } from '../store/object-value.ts'
import type { ReadFaults } from '../store/read-faults.ts'
import { buildFiles, faultsWithExtracts } from './build-files.ts'
import type { OnNullText } from './extract-text.ts'
import type { BuiltFile } from './volume-file.ts'

/** JSON of more bytes takes up to a hundred times as many once it is read, and is held until all is taken out of it. */
const largeBytes = 16 * 2 ** 10

/** How files are made of values. */
export interface BuildRules {
  /** Bytes that the files of one volume may have together. */
  readonly maxBytes: number
  readonly onNullText: OnNullText
  /** Mounts that take something out of a large value go through it, so that no two hold such data at once. */
  readonly largeValues: TurnGate
}

/**
 * buildFiles in turns with all else that the event loop has to do.
 * @throws as buildFiles does, and the signal's reason.
 */
export function buildInTurn(
  plan: MountPlan,
  values: PlanValues,
  { maxBytes, onNullText, largeValues }: BuildRules,
  signal: AbortSignal,
): Promise<readonly BuiltFile[]> {
  return inTurnOfLarge(
    plan,
    values,
    () => buildFiles(plan, values, maxBytes, onNullText),
    largeValues,
    signal,
  )
}

/**
 * faultsWithExtracts in turns with all else that the event loop has to do.
 * @throws the signal's reason.
 */
export function faultsInTurn(
  plan: MountPlan,
  error: ReadFaults,
  { maxBytes, onNullText, largeValues }: BuildRules,
  signal: AbortSignal,
): Promise<readonly ProviderError[]> {
  return inTurnOfLarge(
    plan,
    error.values,
    () => faultsWithExtracts(plan, error, maxBytes, onNullText),
    largeValues,
    signal,
  )
}

function inTurnOfLarge<Result>(
  plan: MountPlan,
  values: PlanValues,
  work: () => Steps<Result>,
  largeValues: TurnGate,
  signal: AbortSignal,
): Promise<Result> {
  const run = () => inTurns(work(), signal)
  return readsLarge(plan, values) ? largeValues.run(signal, run) : run()
}

/** Whether a large value is read as JSON: for its extracts or keys, a format, or as a part of a composed file. */
function readsLarge({ objects }: MountPlan, values: PlanValues): boolean {
  return objects.some(({ extracts, keys, format, part }, at) => {
    if (extracts.length === 0 && (keys ?? format ?? part) === undefined) return false
    return valuesIn(values[at]).some(({ content }) => content.reveal().byteLength > largeBytes)
  })
}
