import type { PlannedComposition, PlannedObject } from '../../plan/mount-plan.ts'

/** The files that a mount of the class writes; undefined where values decide, or an error stands in the way. */
export function fileNames(
  planned: readonly PlannedObject[] | undefined,
  compositions: readonly PlannedComposition[],
): readonly string[] | undefined {
  if (planned === undefined) return undefined
  // What keys a value has is not known here.
  if (planned.some(({ keys, members }) => (keys ?? members) !== undefined)) return undefined
  return [
    ...planned.flatMap(({ file, extracts }) => [
      ...(file === undefined ? [] : [file.path]),
      ...extracts.map((each) => each.file.path),
    ]),
    ...compositions.map(({ file }) => file.path),
  ]
}
