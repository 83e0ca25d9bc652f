import type { MountPlan } from '../plan/mount-plan.ts'
import { TurnGate } from '../process/gate.ts'
import { inTurns, type Steps } from '../process/in-turns.ts'
import type { ObjectSet, ObjectValue } from '../store/object-value.ts'
import { buildFiles } from './build-files.ts'
import type { OnNullText } from './extract-text.ts'
import type { BuiltFile } from './volume-file.ts'

/** JSON of more bytes takes up to a hundred times as many once it is read, and is held until all is taken out of it. */
const largeBytes = 16 * 2 ** 10

const oneByOne = new TurnGate(1)

/**
 * buildFiles in turns with all else that the event loop has to do.
 * @throws as buildFiles does, and the signal's reason.
 */
export function buildInTurn(
  plan: MountPlan,
  values: readonly (ObjectValue | ObjectSet | undefined)[],
  maxBytes: number,
  onNullText: OnNullText,
  signal: AbortSignal,
): Promise<readonly BuiltFile[]> {
  return inTurnOfLarge(plan, values, () => buildFiles(plan, values, maxBytes, onNullText), signal)
}

/**
 * Does work on the values of a mount in turns. Mounts that take something out of a large value have it done one after the
 * other, so that no two hold such data at once.
 * @throws as the work does, and the signal's reason.
 */
export function inTurnOfLarge<Result>(
  plan: MountPlan,
  values: readonly (ObjectValue | ObjectSet | undefined)[],
  work: () => Steps<Result>,
  signal: AbortSignal,
): Promise<Result> {
  const run = () => inTurns(work(), signal)
  return readsLarge(plan, values) ? oneByOne.run(signal, run) : run()
}

/** Whether a large value is read as JSON: for its extracts or keys, a format, or as a part of a composed file. */
function readsLarge(
  { objects }: MountPlan,
  values: readonly (ObjectValue | ObjectSet | undefined)[],
): boolean {
  return objects.some(({ extracts, keys, format, part }, at) => {
    const value = values[at]
    if (value === undefined || (extracts.length === 0 && (keys ?? format ?? part) === undefined)) return false
    const all = 'members' in value ? value.members.map((each) => each.value) : [value]
    return all.some(({ content }) => content.reveal().byteLength > largeBytes)
  })
}
