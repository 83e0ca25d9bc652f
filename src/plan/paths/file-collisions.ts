import { fault } from '../../errors/provider-error.ts'
import { type Finding, finding, type SourcePosition } from '../../yaml/finding.ts'

/** A file that an object or jmesPath entry would write; its path is usable by itself. */
export interface FileClaim {
  /** Of the object in the list, counted from 1. */
  readonly position: number
  readonly where: string
  readonly at: SourcePosition
  readonly path: string
}

/** Two files that cannot both be: of one path, or one where the other needs a directory. */
export interface Collision<Claim> {
  /** The later of the two. */
  readonly claim: Claim
  readonly other: Claim
  /** That both want, once as a directory unless they are twins. */
  readonly path: string
  readonly areTwins: boolean
}

/** Finds claims of one path, with the position of the later of the two objects. */
export function fileCollisions(
  claims: readonly FileClaim[],
): { readonly position: number; readonly finding: Finding }[] {
  return collisionsOf(claims).map(({ claim: { position, where, at }, other, path, areTwins }) => {
    const wrong = areTwins
      ? fault('DUPLICATE_FILE', { where, path, first: entryOf(other) })
      : fault('FILE_IS_DIRECTORY', { where, path, other: entryOf(other) })
    return { position, finding: finding(wrong, at) }
  })
}

/**
 * Finds claims of one path, and claims of a file where another needs a directory.
 *
 * Paths are compared as they are: case and Unicode form make two files on Linux.
 */
export function collisionsOf<Claim extends { readonly path: string }>(
  claims: readonly Claim[],
): readonly Collision<Claim>[] {
  const files = new Map<string, Claim>()
  const directories = new Map<string, Claim>()
  const found: Collision<Claim>[] = []
  for (const claim of claims) {
    const { path } = claim
    const twin = files.get(path)
    if (twin !== undefined) {
      found.push({ claim, other: twin, path, areTwins: true })
      continue
    }
    const above = ancestors(path)
    const nested = directories.get(path)
    const blocking = above.find((directory) => files.has(directory))
    const other = nested ?? (blocking === undefined ? undefined : files.get(blocking))
    if (other !== undefined) found.push({ claim, other, path: blocking ?? path, areTwins: false })
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
