import { readFile } from 'node:fs/promises'
import { fault } from '../errors/provider-error.ts'
import { type Clock, systemClock } from '../process/clock.ts'

/** Gives the text of a file, no older than a few seconds; `afresh` reads it now. */
export type RotatedFile = (afresh?: boolean) => Promise<string>

const maxAgeMs = 5_000

/**
 * Follows a file that kubelet replaces now and then (service account token, CA): read again at most every 5 s.
 *
 * @throws ProviderError NOT_IN_CLUSTER when it cannot be read or is empty.
 */
export function createRotatedFile(path: string, clock: Clock = systemClock): RotatedFile {
  let held: { readonly text: string; readonly readAt: number } | undefined

  return async (afresh = false) => {
    const now = clock.now()
    if (held !== undefined && !afresh && now - held.readAt < maxAgeMs) return held.text
    const text = await readWhole(path)
    held = { text, readAt: now }
    return text
  }
}

async function readWhole(path: string): Promise<string> {
  let text: string
  try {
    text = (await readFile(path, 'utf8')).trim()
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw fault('NOT_IN_CLUSTER', { missing: `the file ${path} cannot be read (${code})` }, { cause: error })
  }
  if (text === '') throw fault('NOT_IN_CLUSTER', { missing: `the file ${path} is empty` })
  return text
}
