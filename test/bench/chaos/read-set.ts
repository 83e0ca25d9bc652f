import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Reads the set of files that a volume shows, as a pod does that follows the link once (docs/writing-files.md). Undefined
 * where there is none yet, and where another took its place meanwhile: the first may be gone by half then.
 */
export function readSet(volume: string): ReadonlyMap<string, string> | undefined {
  const link = join(volume, '..data')
  try {
    const target = readlinkSync(link)
    const folder = join(volume, target)
    const files = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)
    return readlinkSync(link) === target ? new Map(files) : undefined
  } catch {
    return undefined
  }
}
