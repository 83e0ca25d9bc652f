import { fault, type ProviderError } from '../errors/provider-error.ts'
import type { PlannedObject } from '../plan/mount-plan.ts'
import { filePath, pathProblem } from '../plan/paths/file-name.ts'
import type { Steps } from '../process/in-turns.ts'
import type { ObjectSet } from '../store/object-value.ts'
import { type BuildContext, type BuiltObject, buildObject } from './build-object.ts'
import type { BuiltFile } from './volume-file.ts'

/**
 * Makes the files of an object that stands for many: of each member as of an object of its own, under a name that comes
 * from AWS and is held against the rules of all names.
 */
export function* buildSet(
  object: PlannedObject,
  { members }: ObjectSet,
  position: number,
  context: BuildContext,
): Steps<BuiltObject> {
  const { translation, directory, access } = object.members ?? { directory: '', access: { mode: 0 } }
  const { members: _, file: __, keys, ...rest } = object
  const files: BuiltFile[] = []
  const faults: ProviderError[] = []
  for (const { name, below, value } of members) {
    if (context.count.isOver) break
    const own =
      translation === undefined ? below.slice(below.lastIndexOf('/') + 1) : filePath(below, translation)
    const path = `${directory}${own}`
    const reason = pathProblem(path)
    if (reason !== undefined) {
      faults.push(fault('SET_NAME_UNUSABLE', { object: object.name, member: name, path, reason }))
      continue
    }
    const whole = keys === undefined ? { file: { path, ...access } } : { keys: { ...keys, directory: path } }
    const built = yield* buildObject({ ...rest, name, ...whole }, value, position, context)
    faults.push(...built.faults)
    for (const each of built.files) {
      const source = { ...each.source, set: object.name }
      files.push({ ...each, source })
    }
  }
  return { files, faults }
}
