import { fault, mostFaults } from '../../errors/provider-error.ts'
import type { Steps } from '../../process/in-turns.ts'
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

/** Finds claims of one path, with the position of the later of the two objects; no more than a mount tells. Pauses between claims. */
export function* fileCollisions(
  claims: readonly FileClaim[],
): Steps<readonly { readonly position: number; readonly finding: Finding }[]> {
  const found: { readonly position: number; readonly finding: Finding }[] = []
  for (const { claim, other, path, areTwins } of yield* collisionsOf(claims, mostFaults)) {
    yield
    const { position, where, at } = claim
    const wrong = areTwins
      ? fault('DUPLICATE_FILE', { where, path, first: entryOf(other) })
      : fault('FILE_IS_DIRECTORY', { where, path, other: entryOf(other) })
    found.push({ position, finding: finding(wrong, at) })
  }
  return found
}

/** A directory that some claim needs. */
interface Directory<Claim> {
  readonly path: string
  readonly above: Directory<Claim> | undefined
  /** The first that lies in it. */
  readonly claim: Claim
  /** A file of the same path. */
  file?: Claim | undefined
}

/**
 * Finds claims of one path, and claims of a file where another needs a directory; the first `most` of them. Pauses between
 * claims.
 *
 * Paths are compared as they are: case and Unicode form make two files on Linux.
 */
export function* collisionsOf<Claim extends { readonly path: string }>(
  claims: readonly Claim[],
  most: number,
): Steps<readonly Collision<Claim>[]> {
  const files = new Map<string, Claim>()
  const directories = new Map<string, Directory<Claim>>()
  const found: Collision<Claim>[] = []
  for (const claim of claims) {
    if (found.length >= most) break
    yield
    const { path } = claim
    const twin = files.get(path)
    if (twin !== undefined) {
      found.push({ claim, other: twin, path, areTwins: true })
      continue
    }
    const nested = directories.get(path)
    const blocking = topmostFile(directoryOf(claim, files, directories))
    const other = nested?.claim ?? blocking?.file
    if (other !== undefined) found.push({ claim, other, path: blocking?.path ?? path, areTwins: false })
    files.set(path, claim)
    if (nested !== undefined) nested.file = claim
  }
  return found
}

/** The directory that a claim lies in, noted with all above it. Those above one that is known are known: a path may have dozens, of thousands of characters. */
function directoryOf<Claim extends { readonly path: string }>(
  claim: Claim,
  files: ReadonlyMap<string, Claim>,
  directories: Map<string, Directory<Claim>>,
): Directory<Claim> | undefined {
  const unknown: string[] = []
  let above: Directory<Claim> | undefined
  for (let at = claim.path.lastIndexOf('/'); at > 0; at = claim.path.lastIndexOf('/', at - 1)) {
    const path = claim.path.slice(0, at)
    above = directories.get(path)
    if (above !== undefined) break
    unknown.push(path)
  }
  for (const path of unknown.toReversed()) {
    above = { path, above, claim, file: files.get(path) }
    directories.set(path, above)
  }
  return above
}

function topmostFile<Claim>(directory: Directory<Claim> | undefined): Directory<Claim> | undefined {
  let topmost: Directory<Claim> | undefined
  for (let each = directory; each !== undefined; each = each.above)
    if (each.file !== undefined) topmost = each
  return topmost
}

function entryOf({ where, position }: FileClaim): string {
  return `${where} (entry ${position} of objects)`
}
