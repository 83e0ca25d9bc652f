import { quote } from '../errors/kind.ts'
import type { Encoding, PlannedFile } from '../plan/mount-plan.ts'
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
  /** Names of the objects that a composed file is made of; `object` is then its own name. */
  readonly parts?: readonly string[]
  /** What was decoded to give it. */
  readonly encoding?: Encoding
  /** The objectName of the set that the object is of. */
  readonly set?: string
  /** How it was written. */
  readonly format?: string
}

/** A file as it shall stand in the pod's volume. */
export interface VolumeFile extends PlannedFile {
  readonly content: Sensitive<Uint8Array>
  readonly version: string
  /** Absent where nobody asks for it. */
  readonly source?: FileSource
}

/** All that a volume shall show. */
export interface VolumeSet {
  readonly files: readonly VolumeFile[]
  /** Paths that the plan names, of optional objects and extracts that are missing: they shall not be there. */
  readonly absent: readonly string[]
  /** Whether an optional object has no files of which the plan does not know the names: keys, a path, a query. */
  readonly lacksUnnamed: boolean
}

/** A file of the volume, and where it comes from. */
export interface BuiltFile extends VolumeFile {
  readonly source: FileSource
}

/** What sentences call the source of a file. */
export function sourceLabel({ object, jmesPath, key, parts }: Omit<FileSource, 'position'>): string {
  if (parts !== undefined) return `composed file ${quote(object)}`
  if (key !== undefined) return `object ${quote(object)}, key ${quote(key)}`
  return `object ${quote(object)}${jmesPath === undefined ? '' : `, jmesPath ${quote(jmesPath)}`}`
}

/** Where a file's content comes from and what was done to it, in words for a person. */
export function sourceInWords(source: FileSource): string {
  const { parts, encoding, format } = source
  const from = parts === undefined ? sourceLabel(source) : `composed of ${parts.map(quote).join(', ')}`
  const decoded = encoding === undefined ? '' : `, decoded from ${encoding}`
  return `${from}${decoded}${format === undefined ? '' : `, as ${format}`}`
}
