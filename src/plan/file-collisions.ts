import { fault } from '../errors/provider-error.ts'
import { type Finding, finding, type SourcePosition } from '../yaml/finding.ts'

/** A file that an object or jmesPath entry would write; its path is usable by itself. */
export interface FileClaim {
  /** Of the object in the list, counted from 1. */
  readonly position: number
  readonly where: string
  readonly at: SourcePosition
  readonly path: string
}

/**
 * Finds claims of one path, and claims of a file where another needs a directory.
 *
 * Paths are compared as they are: case and Unicode form make two files on Linux. Each finding comes with
 * the position of the later of the two objects.
 */
export function fileCollisions(
  claims: readonly FileClaim[],
): { readonly position: number; readonly finding: Finding }[] {
  const files = new Map<string, FileClaim>()
  const directories = new Map<string, FileClaim>()
  const found: { readonly position: number; readonly finding: Finding }[] = []
  for (const claim of claims) {
    const { position, where, path, at } = claim
    const twin = files.get(path)
    if (twin !== undefined) {
      const duplicate = fault('DUPLICATE_FILE', { where, path, first: entryOf(twin) })
      found.push({ position, finding: finding(duplicate, at) })
      continue
    }
    const above = ancestors(path)
    const nested = directories.get(path)
    const blocking = above.find((directory) => files.has(directory))
    const other = nested ?? (blocking === undefined ? undefined : files.get(blocking))
    if (other !== undefined) {
      const clash = fault('FILE_IS_DIRECTORY', { where, path: blocking ?? path, other: entryOf(other) })
      found.push({ position, finding: finding(clash, at) })
    }
    files.set(path, claim)
    for (const directory of above) if (!directories.has(directory)) directories.set(directory, claim)
  }
  return found
}

function entryOf({ where, position }: FileClaim): string {
  return `${where} (entry ${position} of objects)`
}

/** `a/b/c` lies in `a` and `a/b`. */
function ancestors(path: string): string[] {
  const above: string[] = []
  for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) above.push(path.slice(0, at))
  return above
}
