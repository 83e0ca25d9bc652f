import { mkdirSync, realpathSync } from 'node:fs'
import { fault } from '../../errors/provider-error.ts'

/**
 * Makes a directory for files, for the person alone, and returns its real path: links on the way are the person's own, and
 * are followed here, never inside.
 *
 * @throws {ProviderError} OUTPUT_NOT_DIRECTORY.
 */
export function makeOutputDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return realpathSync(path)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'it cannot be made'
    throw fault('OUTPUT_NOT_DIRECTORY', { path, reason }, { cause })
  }
}
