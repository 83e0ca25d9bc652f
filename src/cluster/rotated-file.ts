import { readFileSync } from 'node:fs'
import { fault } from '../errors/provider-error.ts'
import { type Clock, systemClock } from '../process/clock.ts'
import type { Sensitive } from '../process/sensitive.ts'

/**
 * Gives the text of a file, no older than a few seconds; `afresh` reads it now.
 * @throws {ProviderError} NOT_IN_CLUSTER.
 */
export type RotatedFile = (afresh?: boolean) => string

/** A text that a file has and may change, or one that is known. */
export type TextSource = { readonly file: string } | { readonly text: Sensitive<string> }

const maxAgeMs = 5_000

/** Gives the text of a source, a file's as `createRotatedFile` does. */
export function createTextReader(source: TextSource, clock: Clock = systemClock): RotatedFile {
  return 'file' in source ? createRotatedFile(source.file, clock) : () => source.text.reveal()
}

/**
 * Follows a file that kubelet replaces now and then (service account token, CA): read again at most every 5 s. At once,
 * without libuv's threads: look-ups of names that hang may have taken them all, and the file is small and in memory.
 *
 * @throws ProviderError NOT_IN_CLUSTER when it cannot be read or is empty.
 */
export function createRotatedFile(path: string, clock: Clock = systemClock): RotatedFile {
  let held: { readonly text: string; readonly readAt: number } | undefined

  return (afresh = false) => {
    const now = clock.now()
    if (held !== undefined && !afresh && now - held.readAt < maxAgeMs) return held.text
    const text = readWhole(path)
    held = { text, readAt: now }
    return text
  }
}

function readWhole(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw fault('NOT_IN_CLUSTER', { missing: `the file ${path} cannot be read (${code})` }, { cause: error })
  }
  if (text === '') throw fault('NOT_IN_CLUSTER', { missing: `the file ${path} is empty` })
  return text
}
