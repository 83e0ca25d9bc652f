import {
  type Dirent,
  lstatSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs'
import { dataLink, isPayloadName, linkNameFor } from './hidden-name.ts'
import { isRealDirectory, parentsOf, pathIn } from './payload/payload-dir.ts'

/** What stands where a link of ours belongs. */
export type VisibleKind = 'ours' | 'missing' | 'file' | 'directory' | 'other'

/** Where the volume shows a part of the set: a path relative to the volume's root. */
export interface VisiblePath {
  readonly path: string
  readonly kind: VisibleKind
}

/** What stands at the root of a volume, hidden names included. */
export type RootEntries = ReadonlyMap<string, Dirent>

/** Looks at the root of a volume once: that tells of each name what it is, where a call for each would cost more. */
export function rootEntries(target: string): RootEntries {
  return new Map(readdirSync(target, { withFileTypes: true }).map((entry) => [entry.name, entry]))
}

/**
 * The name of the payload directory that `..data` points to now; undefined if there is none that may be followed.
 * `entries` spare a look at what is among them.
 */
export function currentPayload(target: string, entries?: RootEntries): string | undefined {
  const data = pathIn(target, dataLink)
  const name = entries?.get(dataLink)?.isSymbolicLink() ? linkAt(data) : readLink(data)
  if (name === undefined || !isPayloadName(name)) return undefined
  const isThere = entries?.get(name)?.isDirectory() || isRealDirectory(pathIn(target, name))
  return isThere ? name : undefined
}

/**
 * Where the links of a set belong: at the first component of each path that is no real directory.
 *
 * That is the top-level name, as in Kubernetes, unless an earlier provider made directories: a link cannot
 * take the place of a directory at one stroke, but it can take the place of each file in it.
 */
export function visiblePaths(
  target: string,
  paths: readonly string[],
  entries: RootEntries = rootEntries(target),
): readonly VisiblePath[] {
  const visible = new Map<string, VisibleKind>()
  for (const path of paths) {
    const end = path.indexOf('/')
    const top = end < 0 ? path : path.slice(0, end)
    const entry = entries.get(top)
    if (!entry?.isDirectory()) {
      if (!visible.has(top)) visible.set(top, entry === undefined ? 'missing' : kindAt(target, top, entry))
      continue
    }
    const shown =
      parentsOf(path).find((parent) => visible.has(parent) || !isRealDirectory(pathIn(target, parent))) ??
      path
    if (!visible.has(shown)) visible.set(shown, kindOf(target, shown))
  }
  return Array.from(visible, ([path, kind]) => ({ path, kind }))
}

/** All links of ours in the volume, those that lead to their own path through `..data`; the known ones unread. */
export function ourLinks(
  target: string,
  known: ReadonlySet<string> = new Set(),
  entries?: RootEntries,
): readonly string[] {
  return visibleEntries(target, '', entries).filter((path) => known.has(path) || isOurLink(target, path))
}

/** Whether a directory of the volume holds nothing but links of ours, so that it may make way. */
export function holdsOnlyOurLinks(target: string, directory: string): boolean {
  return visibleEntries(target, directory).every((path) => isOurLink(target, path))
}

/** Points `..data` to a payload by one rename, and gives the name of the one it pointed to before. */
export function swapData(target: string, payload: string): string | undefined {
  const link = pathIn(target, linkNameFor(payload))
  symlinkSync(payload, link)
  const previous = currentPayload(target)
  const data = pathIn(target, dataLink)
  // Nobody's scheme has a directory of this name; moved aside, it stays as an unknown one.
  if (isRealDirectory(data)) renameSync(data, `${pathIn(target, payload)}.was-data`)
  renameSync(link, data)
  return previous
}

/** Puts our link at a path where nothing is, by one call; says whether nothing was there. */
export function linkMissingPath(target: string, path: string): boolean {
  try {
    symlinkSync(linkText(path), pathIn(target, path))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Puts our link at a path by rename, over whatever is there unless it is a directory with others' files. */
export function linkPath(target: string, path: string, linkName: string): void {
  const [link, shown] = [pathIn(target, linkName), pathIn(target, path)]
  symlinkSync(linkText(path), link)
  try {
    renameSync(link, shown)
  } catch (error) {
    if (!isRealDirectory(shown)) throw error
    removeOurDirectory(target, path)
    renameSync(link, shown)
  }
}

/** Removes a link of ours and the directories above it that it leaves empty. */
export function unlinkPath(target: string, path: string): void {
  unlinkSync(pathIn(target, path))
  for (const parent of parentsOf(path).toReversed()) {
    if (!removeIfEmpty(pathIn(target, parent))) return
  }
}

/** Whether `..data` leads to something at this path. */
export function isInPayload(target: string, payload: string, path: string): boolean {
  const parents = parentsOf(path).map((parent) => pathIn(pathIn(target, payload), parent))
  return parents.every(isRealDirectory) && exists(pathIn(pathIn(target, payload), path))
}

/** Whether a path of the volume is a link of ours: one that leads to the same path through `..data`. */
export function isOurLink(target: string, path: string): boolean {
  return readLink(pathIn(target, path)) === linkText(path)
}

function linkText(path: string): string {
  return `${'../'.repeat(parentsOf(path).length)}${dataLink}/${path}`
}

/** What stands at a path now; an entry that is missing costs no exception. */
export function kindOf(target: string, path: string): VisibleKind {
  const found = lstatSync(pathIn(target, path), { throwIfNoEntry: false })
  return found === undefined ? 'missing' : kindAt(target, path, found)
}

function kindAt(
  target: string,
  path: string,
  found: Pick<Dirent, 'isDirectory' | 'isFile' | 'isSymbolicLink'>,
): VisibleKind {
  if (found.isDirectory()) return 'directory'
  if (found.isFile()) return 'file'
  return found.isSymbolicLink() && linkAt(pathIn(target, path)) === linkText(path) ? 'ours' : 'other'
}

/** All that is no directory below a folder of the volume, without the hidden part of any writer. */
function visibleEntries(target: string, folder: string, entries?: RootEntries): readonly string[] {
  const found: string[] = []
  const pending = [folder]
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const known = at === '' ? entries?.values() : undefined
    for (const entry of known ?? readdirSync(pathIn(target, at), { withFileTypes: true })) {
      if (at === '' && entry.name.startsWith('..')) continue
      const path = pathIn(at, entry.name)
      if (entry.isDirectory()) pending.push(path)
      else found.push(path)
    }
  }
  return found
}

/** A directory made by an earlier provider, in which only links of ours are left. */
function removeOurDirectory(target: string, directory: string): void {
  for (const path of visibleEntries(target, directory)) {
    if (isOurLink(target, path)) unlinkSync(pathIn(target, path))
  }
  removeEmptyTree(pathIn(target, directory))
}

function removeEmptyTree(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmptyTree(pathIn(directory, entry.name))
  }
  rmdirSync(directory)
}

function removeIfEmpty(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch {
    // Not empty, which is the usual case: others' files stay.
    return false
  }
}

function readLink(path: string): string | undefined {
  // An exception costs more than a look.
  return exists(path) ? linkAt(path) : undefined
}

function linkAt(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    // Not there, or no symlink: no link of ours either way.
    return undefined
  }
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
