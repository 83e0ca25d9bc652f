import { linkSync, lstatSync } from 'node:fs'
import type { Pause } from '../process/in-turns.ts'
import { currentPayload, linkPath, swapData, type VisiblePath } from './current-set.ts'
import { linkNameFor } from './hidden-name.ts'
import {
  isRealDirectory,
  listFiles,
  makeDirectory,
  parentsOf,
  pathIn,
  removeTree,
  syncDirectory,
  writeNewFile,
} from './payload/payload-dir.ts'
import { readOldFile } from './payload/read-old-file.ts'

/** No driver takes more of a provider in one answer, unless it is told to. */
const mostCopied = 4 * 2 ** 20

/**
 * Takes over plain files that another provider wrote where links of ours belong, without changing what a
 * reader sees: `payload` becomes a directory with the old content (hard links: the same inodes, no memory),
 * `..data` points to it, then the names become links, each by one rename. The caller's swap to the new set
 * then changes all of them at once. A crash in between leaves every name with its old content.
 *
 * Gives the payload that `..data` pointed to before, or undefined when nothing was adopted: no plain files,
 * or the kernel let us neither link nor copy them. Such a file is replaced on its own, after the swap.
 */
export async function adoptPlainFiles(
  target: string,
  visible: readonly VisiblePath[],
  payload: string,
  pause: Pause,
): Promise<{ readonly adopted: number; readonly previous: string | undefined }> {
  const plain = visible.filter(({ kind }) => kind === 'file').map(({ path }) => path)
  if (plain.length === 0) return { adopted: 0, previous: undefined }
  const current = currentPayload(target)
  const directory = pathIn(target, payload)
  makeDirectory(directory)
  // What is shown through `..data` already must go on being shown, or nothing is adopted.
  for (const path of current === undefined ? [] : listFiles(pathIn(target, current))) {
    if (!keep(pathIn(pathIn(target, current ?? ''), path), directory, path)) return discard(directory)
    await pause()
  }
  const adopted: string[] = []
  for (const path of plain) {
    if (keep(pathIn(target, path), directory, path)) adopted.push(path)
    await pause()
  }
  if (adopted.length === 0) return discard(directory)
  syncDirectory(directory)
  const previous = swapData(target, payload)
  for (const path of adopted) linkPath(target, path, linkNameFor(payload))
  return { adopted: adopted.length, previous }
}

function discard(directory: string) {
  removeTree(directory)
  return { adopted: 0, previous: undefined }
}

/** Puts the same file into the payload, by hard link, else as a copy with its mode; false if neither works. */
function keep(source: string, directory: string, path: string): boolean {
  const found = lstatSync(source, { throwIfNoEntry: false })
  if (found?.isFile() !== true) return false
  const copy = pathIn(directory, path)
  try {
    for (const parent of parentsOf(path)) clearWay(pathIn(directory, parent))
    // A visible file wins over an entry of the old payload that it hides.
    removeTree(copy)
    try {
      linkSync(source, copy)
    } catch {
      // fs.protected_hardlinks, or too many links: its bytes then.
      const bytes = readOldFile(source, ({ size }) => size <= mostCopied)
      if (bytes === undefined) return false
      writeNewFile(copy, bytes, { mode: found.mode & 0o777 })
    }
    return true
  } catch {
    return false
  }
}

function clearWay(directory: string): void {
  if (isRealDirectory(directory)) return
  removeTree(directory)
  makeDirectory(directory)
}
