import { quote } from '../../errors/kind.ts'
import type { FileAccess, GivenAway, PlannedComposition, PlannedObject } from '../mount-plan.ts'

/** The first object whose files are not all root's: whoever writes them must be allowed to give them away. */
export function findGivenAway(
  objects: readonly PlannedObject[],
  compositions: readonly PlannedComposition[] = [],
): GivenAway | undefined {
  for (const { name, file, keys, members, extracts } of objects) {
    for (const access of [file, keys?.access, members?.access, ...extracts.map((each) => each.file)]) {
      const field = fieldOf(access)
      if (field !== undefined) return { where: `object ${quote(name)}`, field }
    }
  }
  for (const { file } of compositions) {
    const field = fieldOf(file)
    if (field !== undefined) return { where: `composed file ${quote(file.path)}`, field }
  }
  return undefined
}

function fieldOf(access: FileAccess | undefined): GivenAway['field'] | undefined {
  if (access?.owner !== undefined) return 'fileOwner'
  return access?.group === undefined ? undefined : 'fileGroup'
}
