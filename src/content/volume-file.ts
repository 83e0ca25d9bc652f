import { quote } from '../errors/kind.ts'
import type { Sensitive } from '../process/sensitive.ts'

/** Where a file's content comes from. */
export interface FileSource {
  /** objectName as written. */
  readonly object: string
  /** Of the object in the list, counted from 1. */
  readonly position: number
  /** The expression that gave it. */
  readonly jmesPath?: string
  /** The key that it is the value of. */
  readonly key?: string
}

/** A file as it shall stand in the pod's volume. */
export interface VolumeFile {
  /** Clean path relative to the volume's root. */
  readonly path: string
  /** Permission bits, e.g. 0o644. */
  readonly mode: number
  readonly content: Sensitive<Uint8Array>
  readonly version: string
}

/** A file of the volume, and where it comes from. */
export interface BuiltFile extends VolumeFile {
  readonly source: FileSource
}

/** What sentences call the source of a file. */
export function sourceLabel({ object, position, jmesPath, key }: FileSource): string {
  const part =
    key !== undefined ? `, key ${quote(key)}` : jmesPath !== undefined ? `, jmesPath ${quote(jmesPath)}` : ''
  return `object ${quote(object)}${part} (entry ${position} of objects)`
}
