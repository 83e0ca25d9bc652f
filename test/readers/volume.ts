import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TargetLocks } from '../../src/files/target-lock.ts'
import { writeSet } from '../../src/files/write-set.ts'
import { Sensitive } from '../../src/process/sensitive.ts'
import { volumeFolder } from '../fixtures/volume-folder.ts'

/** A volume as a pod has it, written and swapped by our own writer. */
export interface Volume {
  readonly path: string
  /** A folder beside it, for copies. */
  readonly scratch: string
  /** Brings a set of files, by name, as one. */
  write(files: Readonly<Record<string, string>>): Promise<void>
  remove(): void
}

/** Makes one without files. */
export function createVolume(): Volume {
  const path = volumeFolder()
  const scratch = mkdtempSync(join(path, '../readers-'))
  const options = { locks: new TargetLocks(), log: { warn() {} }, signal: new AbortController().signal }
  return {
    path,
    scratch,
    async write(files) {
      const set = Object.entries(files).map(([name, text]) => ({
        path: name,
        mode: 0o644,
        content: new Sensitive<Uint8Array>(Buffer.from(text)),
        version: '1',
      }))
      await writeSet(path, set, options)
    },
    remove() {
      for (const folder of [path, scratch]) rmSync(folder, { recursive: true })
    },
  }
}
