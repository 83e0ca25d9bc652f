import { lstatSync, utimesSync } from 'node:fs'
import { isAbsolute, resolve } from 'node:path'
import type { VolumeFile } from '../content/volume-file.ts'
import { fault, ProviderError } from '../errors/provider-error.ts'
import { type Pause, pauseEvery } from '../process/in-turns.ts'
import { adoptPlainFiles } from './adopt-plain-files.ts'
import {
  currentPayload,
  holdsOnlyOurLinks,
  isInPayload,
  isOurLink,
  kindOf,
  linkMissingPath,
  linkPath,
  ourLinks,
  type RootEntries,
  rootEntries,
  swapData,
  unlinkPath,
  type VisiblePath,
  visiblePaths,
} from './current-set.ts'
import { digestNameFor, freshHiddenName, hiddenNameOwner, linkNameFor } from './hidden-name.ts'
import { countRemoved } from './payload/count-removed.ts'
import { isReadBack, writeDigest } from './payload/payload-digest.ts'
import { pathIn, removeTree, syncDirectory, writePayload } from './payload/payload-dir.ts'
import { payloadEquals } from './payload/payload-equals.ts'
import { checkPaths } from './safe-path.ts'
import type { TargetLocks } from './target-lock.ts'

/** What a write needs beside the files. */
export interface WriteOptions {
  /** Looked at before the swap: a write that is aborted leaves what is on disk alone. */
  readonly signal: AbortSignal
  readonly locks: TargetLocks
  /** Keeps room for the files before they are written, or throws; gives the way to let it go. */
  readonly makeRoom?: (() => Promise<() => void>) | undefined
  readonly log: { warn(details: Readonly<Record<string, unknown>>, message: string): void }
  /**
   * Milliseconds after which a hidden entry of another process is debris of a crash. A live writer swaps
   * within a third of that or writes afresh, so two processes (a rolling update) never take each other's.
   */
  readonly abandonedAfter?: number
}

/** What became of the files, as counts. */
export interface WriteResult {
  readonly changed: boolean
  /** Files written, and files of the set before that this one has no more. */
  readonly written: number
  readonly removed: number
}

/**
 * Makes the volume at `targetPath` show exactly these files, all at once, besides those it does not know.
 *
 * The scheme is Kubernetes' AtomicWriter: a new hidden payload directory, one rename of `..data`, visible names that
 * are symlinks through it. Whoever reads through one resolved `..data` sees one whole set, also after a crash at any
 * instruction. An unchanged set only gets the directory's modification time set, which is how the driver knows not to
 * ask again soon.
 *
 * @throws {ProviderError}, or the signal's reason.
 */
export async function writeSet(
  targetPath: string,
  files: readonly VolumeFile[],
  options: WriteOptions,
): Promise<WriteResult> {
  const pause = pauseEvery(2)
  await checkPaths(
    files.map(({ path }) => path),
    pause,
  )
  // resolve() drops a slash at the end, with which a symlink would be followed.
  const target = resolve(targetPath)
  return options.locks.run(target, options.signal, async () => {
    try {
      if (!isAbsolute(targetPath) || !lstatSync(target).isDirectory()) {
        throw fault('VOLUME_NOT_DIRECTORY', { path: targetPath })
      }
      return await update(target, files, options)
    } catch (error) {
      throw asWriteFault(error, target)
    }
  })
}

async function update(
  target: string,
  files: readonly VolumeFile[],
  options: WriteOptions,
): Promise<WriteResult> {
  const pause = pauseEvery(2)
  const entries = rootEntries(target)
  const visible = visiblePaths(
    target,
    files.map(({ path }) => path),
    entries,
  )
  const current = currentPayload(target, entries)
  if (current !== undefined && (await isUnchanged(target, current, files, { visible, entries, pause }))) {
    cleanUp(target, options, entries)
    const now = new Date()
    utimesSync(target, now, now)
    return { changed: false, written: 0, removed: 0 }
  }
  const blocked = visible.find(({ path, kind }) => kind === 'directory' && !holdsOnlyOurLinks(target, path))
  if (blocked !== undefined) throw fault('FILE_BLOCKED', { path: blocked.path })
  const removed = current === undefined ? 0 : await countRemoved(pathIn(target, current), files, pause)
  const leaveRoom = await options.makeRoom?.()
  let payload: string
  try {
    payload = await replace(target, files, options, pause)
  } finally {
    leaveRoom?.()
  }
  await addLinks(target, visible, options, pause)
  await removeStaleLinks(target, pathsOf(visible), payload, pause)
  cleanUp(target, options)
  syncDirectory(target)
  return { changed: true, written: files.length, removed }
}

/** What was found in the volume. */
interface Look {
  readonly visible: readonly VisiblePath[]
  readonly entries: RootEntries
  readonly pause: Pause
}

async function isUnchanged(
  target: string,
  current: string,
  files: readonly VolumeFile[],
  { visible, entries, pause }: Look,
): Promise<boolean> {
  if (!visible.every(({ kind }) => kind === 'ours')) return false
  const shown = pathsOf(visible)
  const stale = ourLinks(target, shown, entries).some(
    (path) => !shown.has(path) && !isInPayload(target, current, path),
  )
  return !stale && payloadEquals(pathIn(target, current), files, pause)
}

function pathsOf(visible: readonly VisiblePath[]): ReadonlySet<string> {
  return new Set(visible.map(({ path }) => path))
}

/** Brings the new payload by one rename, and removes what it took the place of. Gives its name. */
async function replace(
  target: string,
  files: readonly VolumeFile[],
  options: WriteOptions,
  pause: Pause,
): Promise<string> {
  const { signal, locks, log, abandonedAfter = defaultAbandonedAfter } = options
  const paths = files.map(({ path }) => path)
  const spent: string[] = []
  const fresh = () => {
    const name = freshHiddenName(locks.owner)
    spent.push(name, linkNameFor(name))
    return name
  }
  const unread = files.filter((file) => !isReadBack(file))
  try {
    for (;;) {
      const [started, startedAt] = [performance.now(), Date.now()]
      const payload = fresh()
      await writePayload(pathIn(target, payload), files, pause)
      if (unread.length > 0) {
        spent.push(digestNameFor(payload))
        writeDigest(pathIn(target, payload), unread)
      }
      signal.throwIfAborted()
      const visible = visiblePaths(target, paths)
      const { adopted, previous } = await adoptPlainFiles(target, visible, fresh(), pause)
      if (previous !== undefined) spent.push(previous, digestNameFor(previous))
      if (adopted > 0) {
        log.warn({ targetPath: target, files: adopted }, 'took over plain files of another writer')
      }
      signal.throwIfAborted()
      // From here to the swap nothing yields: no other process can have taken so young a payload for debris, unless the
      // clock of the day, by which others see its age, was set forward meanwhile.
      if (Math.max(performance.now() - started, Date.now() - startedAt) < abandonedAfter / 3) {
        const before = swapData(target, payload)
        if (before !== undefined) spent.push(before, digestNameFor(before))
        return payload
      }
      removeHidden(target, payload, options)
    }
  } finally {
    const live = currentPayload(target)
    for (const name of spent) {
      if (!isLive(name, live)) removeHidden(target, name, options)
    }
  }
}

const defaultAbandonedAfter = 30_000

async function addLinks(
  target: string,
  visible: readonly VisiblePath[],
  options: WriteOptions,
  pause: Pause,
): Promise<void> {
  const taken: string[] = []
  for (const { path, kind } of visible) {
    await pause()
    if (kind === 'missing' && linkMissingPath(target, path)) continue
    if (kindOf(target, path) !== 'ours') taken.push(path)
  }
  if (taken.length === 0) return
  const linkName = linkNameFor(freshHiddenName(options.locks.owner))
  try {
    for (const path of taken) {
      linkPath(target, path, linkName)
      await pause()
    }
  } finally {
    removeHidden(target, linkName, options)
  }
}

/** Removes links that lead nowhere any more; `written` is the payload that this write has brought. */
async function removeStaleLinks(
  target: string,
  shown: ReadonlySet<string>,
  written: string,
  pause: Pause,
): Promise<void> {
  const current = currentPayload(target)
  if (current === undefined) return
  for (const path of ourLinks(target, shown)) {
    await pause()
    if ((current === written && shown.has(path)) || isInPayload(target, current, path)) continue
    // Looked up in what `..data` points to now: another process may have brought a newer set meanwhile.
    const latest = currentPayload(target)
    const leadsSomewhere = latest === undefined || isInPayload(target, latest, path)
    if (!leadsSomewhere && isOurLink(target, path)) unlinkPath(target, path)
  }
}

/** Removes what crashed writers left: entries of our own owner (we hold the lock), and old ones of others. */
function cleanUp(target: string, options: WriteOptions, entries = rootEntries(target)): void {
  const { locks, abandonedAfter = defaultAbandonedAfter } = options
  const current = currentPayload(target, entries)
  for (const name of entries.keys()) {
    const owner = hiddenNameOwner(name)
    if (owner === undefined || isLive(name, current)) continue
    const found = lstatSync(pathIn(target, name), { throwIfNoEntry: false })
    if (found === undefined) continue
    if (owner === locks.owner || Date.now() - found.mtimeMs > abandonedAfter)
      removeHidden(target, name, options)
  }
}

/** Whether a hidden name is the payload that `..data` points to, or its digest. */
function isLive(name: string, current: string | undefined): boolean {
  return current !== undefined && (name === current || name === digestNameFor(current))
}

/** What cannot be removed now is debris for the next write: no reason to fail a mount whose files stand. */
function removeHidden(target: string, name: string, { log }: WriteOptions): void {
  try {
    removeTree(pathIn(target, name))
  } catch (error) {
    log.warn({ targetPath: target, name, errno: errnoOf(error) }, 'could not remove an old payload directory')
  }
}

function asWriteFault(error: unknown, target: string): unknown {
  if (error instanceof ProviderError) return error
  const { errno, syscall } = {
    errno: errnoOf(error),
    syscall: (error as NodeJS.ErrnoException | null)?.syscall,
  }
  if (errno === undefined) return error
  if (errno === 'EPERM' && syscall === 'fchown')
    return fault('FILE_OWNER_DENIED', { path: target }, { cause: error })
  return fault('VOLUME_WRITE_FAILED', { path: target, errno, syscall: syscall ?? 'a call' }, { cause: error })
}

function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'errno' in error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : undefined
}
