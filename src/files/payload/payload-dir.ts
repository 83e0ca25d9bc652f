import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import type { VolumeFile } from '../../content/volume-file.ts'
import type { FileAccess } from '../../plan/mount-plan.ts'
import type { Pause } from '../../process/in-turns.ts'

/*
 * Calls are synchronous on purpose: volumes are tmpfs, where one takes some microseconds and a hop through
 * the thread pool ten times that, of a CPU budget that is a twentieth of a core. `Pause` gives other mounts
 * their turn between files.
 */

const newFile = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/**
 * Makes `directory` and writes the files into it, with exactly their modes and owners, synced.
 * @throws what the kernel says.
 */
export async function writePayload(
  directory: string,
  files: readonly VolumeFile[],
  pause: Pause,
): Promise<void> {
  makeDirectory(directory)
  const made = new Set<string>()
  for (const file of files) {
    for (const parent of newParentsOf(file.path, made)) {
      makeDirectory(pathIn(directory, parent))
      made.add(parent)
      await pause()
    }
    writeNewFile(pathIn(directory, file.path), file.content.reveal(), file)
    await pause()
  }
  for (const each of ['', ...made]) {
    syncDirectory(pathIn(directory, each))
    await pause()
  }
}

/** Relative paths of all that is no directory below `directory`; symlinks are listed, not followed. */
export function listFiles(directory: string): readonly string[] {
  const found: string[] = []
  const pending = ['']
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of readdirSync(pathIn(directory, folder), { withFileTypes: true })) {
      const path = pathIn(folder, entry.name)
      if (entry.isDirectory()) pending.push(path)
      else found.push(path)
    }
  }
  return found
}

/** What node:path's join gives for parts that are clean already. Paths are made by the dozen for each file. */
export function pathIn(folder: string, path: string): string {
  return folder === '' ? path : path === '' ? folder : `${folder}/${path}`
}

/** `a/b/c` has the parents `a` and `a/b`. */
export function parentsOf(path: string): readonly string[] {
  if (!path.includes('/')) return []
  const parents: string[] = []
  for (let folder = dirname(path); folder !== '.' && folder !== '/'; folder = dirname(folder)) {
    parents.unshift(folder)
  }
  return parents
}

/** The parents that are not known, from the top. Those of a known one are known: a path may have dozens, of thousands of characters. */
export function newParentsOf(path: string, known: ReadonlySet<string>): readonly string[] {
  const parents: string[] = []
  for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
    const parent = path.slice(0, at)
    if (known.has(parent)) break
    parents.unshift(parent)
  }
  return parents
}

/**
 * Makes a directory of mode 0755, whatever the umask.
 * @throws the system's error.
 */
export function makeDirectory(path: string): void {
  mkdirSync(path, 0o755)
  inDirectory(path, (descriptor) => fchmodSync(descriptor, 0o755))
}

/** Whether a directory stands there, and no link to one. */
export function isRealDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/**
 * Removes a directory with all in it, or whatever else it is; a symlink itself, never what it leads to. What another
 * provider removes at the same time is as good as removed.
 */
export function removeTree(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  try {
    if (found.isDirectory()) rmSync(path, { recursive: true, force: true })
    else unlinkSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

/** Makes the names in a directory survive a crash. */
export function syncDirectory(path: string): void {
  inDirectory(path, fsyncSync)
}

/** By its descriptor: a link that someone puts in its place is not followed. */
function inDirectory(path: string, act: (descriptor: number) => void): void {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    act(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a file with exactly this mode and owner, synced. What nobody gives away is whose process this is: root's. */
export function writeNewFile(path: string, bytes: Uint8Array, { mode, owner, group }: FileAccess): void {
  const descriptor = openSync(path, newFile, 0o600)
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written)
    // Before it is given away: afterwards that would take a capability more.
    fchmodSync(descriptor, mode)
    if (owner !== undefined || group !== undefined) fchownSync(descriptor, owner ?? asItIs, group ?? asItIs)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** For chown. */
const asItIs = -1
