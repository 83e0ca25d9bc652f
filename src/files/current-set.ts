import { lstatSync, readdirSync, readlinkSync, renameSync, rmdirSync, symlinkSync, unlinkSync } from 'node:fs'
import { dataLink, isPayloadName, linkNameFor } from './hidden-name.ts'
import { isRealDirectory, parentsOf, pathIn } from './payload-dir.ts'

/** What stands where a link of ours belongs. */
export type VisibleKind = 'ours' | 'missing' | 'file' | 'directory' | 'other'

/** A place where the volume shows a part of the set: a path relative to the volume's root. */
export interface VisiblePlace {
  readonly place: string
  readonly kind: VisibleKind
}

/** The name of the payload directory that `..data` points to; undefined if there is none that may be followed. */
export function currentPayload(target: string): string | undefined {
  const name = readLink(pathIn(target, dataLink))
  return name !== undefined && isPayloadName(name) && isRealDirectory(pathIn(target, name)) ? name : undefined
}

/**
 * Where the links of a set belong: at the first component of each path that is no real directory.
 *
 * That is the top-level name, as in Kubernetes, unless an earlier provider made directories: a link cannot
 * take the place of a directory at one stroke, but it can take the place of each file in it.
 */
export function visiblePlaces(target: string, paths: readonly string[]): readonly VisiblePlace[] {
  const places = new Map<string, VisibleKind>()
  for (const path of paths) {
    const place =
      parentsOf(path).find((parent) => places.has(parent) || !isRealDirectory(pathIn(target, parent))) ?? path
    if (!places.has(place)) places.set(place, kindOf(target, place))
  }
  return Array.from(places, ([place, kind]) => ({ place, kind }))
}

/** All links of ours in the volume, those that lead to their own path through `..data`; the known ones unread. */
export function ourLinks(target: string, known: ReadonlySet<string> = new Set()): readonly string[] {
  return visibleEntries(target, '').filter((place) => known.has(place) || isOurLink(target, place))
}

/** Whether a directory of the volume holds nothing but links of ours, so that it may make way. */
export function holdsOnlyOurLinks(target: string, directory: string): boolean {
  return visibleEntries(target, directory).every((place) => isOurLink(target, place))
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

/** Puts our link at a place by rename, over whatever is there unless it is a directory with others' files. */
export function linkPlace(target: string, place: string, linkName: string): void {
  const [link, path] = [pathIn(target, linkName), pathIn(target, place)]
  symlinkSync(linkText(place), link)
  try {
    renameSync(link, path)
  } catch (error) {
    if (!isRealDirectory(path)) throw error
    removeOurDirectory(target, place)
    renameSync(link, path)
  }
}

/** Removes a link of ours and the directories above it that it leaves empty. */
export function unlinkPlace(target: string, place: string): void {
  unlinkSync(pathIn(target, place))
  for (const parent of parentsOf(place).toReversed()) {
    if (!removeIfEmpty(pathIn(target, parent))) return
  }
}

/** Whether `..data` leads to something at this place. */
export function isInPayload(target: string, payload: string, place: string): boolean {
  const parents = parentsOf(place).map((parent) => pathIn(pathIn(target, payload), parent))
  return parents.every(isRealDirectory) && exists(pathIn(pathIn(target, payload), place))
}

export function isOurLink(target: string, place: string): boolean {
  return readLink(pathIn(target, place)) === linkText(place)
}

function linkText(place: string): string {
  return `${'../'.repeat(parentsOf(place).length)}${dataLink}/${place}`
}

/** What stands at a place now; an entry that is missing costs no exception. */
export function kindOf(target: string, place: string): VisibleKind {
  const found = lstatSync(pathIn(target, place), { throwIfNoEntry: false })
  if (found === undefined) return 'missing'
  if (found.isDirectory()) return 'directory'
  if (found.isFile()) return 'file'
  return isOurLink(target, place) ? 'ours' : 'other'
}

/** All that is no directory below a folder of the volume, without the hidden part of any writer. */
function visibleEntries(target: string, folder: string): readonly string[] {
  const found: string[] = []
  const pending = [folder]
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const entry of readdirSync(pathIn(target, at), { withFileTypes: true })) {
      if (at === '' && entry.name.startsWith('..')) continue
      const place = pathIn(at, entry.name)
      if (entry.isDirectory()) pending.push(place)
      else found.push(place)
    }
  }
  return found
}

/** A directory made by an earlier provider, in which only links of ours are left. */
function removeOurDirectory(target: string, directory: string): void {
  for (const place of visibleEntries(target, directory)) {
    if (isOurLink(target, place)) unlinkSync(pathIn(target, place))
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
