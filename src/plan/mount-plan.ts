import type { PlanWarning } from '../yaml/finding.ts'
import type { Structure, Template } from './compose/template.ts'
import type { PathTranslation } from './paths/file-name.ts'

/** The two stores, as objectType names them. */
export type Store = 'secretsmanager' | 'ssmparameter'

/** The region to read from, or two of them when the SecretProviderClass names a failoverRegion. */
export type Regions = readonly [primary: string] | readonly [primary: string, failover: string]

/** What to ask of a store in one region. `name` is a name or ARN, as the store takes it. */
export interface ObjectRead {
  readonly name: string
  readonly version?: string
  readonly versionLabel?: string
  /** Which of many are meant, where the name is a path or that of a query. */
  readonly set?: ReadSet
}

/** Which of many secrets or parameters are read. */
export type ReadSet = PathSet | QuerySet

interface SetBounds {
  /** Patterns of whole names; empty for all. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** More of them are an error. */
  readonly limit: number
}

/** The parameters below the path that the name is. */
export interface PathSet extends SetBounds {
  readonly kind: 'path'
  readonly recursive: boolean
}

/** The secrets that all filters let through. */
export interface QuerySet extends SetBounds {
  readonly kind: 'query'
  readonly filters: readonly SecretFilter[]
}

/** What a secret must have; as BatchGetSecretValue and ListSecrets take it. */
export interface SecretFilter {
  readonly key: string
  readonly values: readonly string[]
}

/** Under which names the secrets or parameters of a set become files. */
export interface PlannedMembers {
  /** What is put for every slash of a name, false for directories; absent where its last element is the file's name. */
  readonly translation?: PathTranslation
  /** The directory that they lie in, with a slash at its end; empty for the volume itself. */
  readonly directory: string
  readonly access: FileAccess
}

/** How a value is encoded in AWS; the names are those of Azure's provider. */
export type Encoding = 'base64' | 'base64url' | 'hex'

/** The formats of a file that holds several keys. */
export const formatKinds = ['json', 'yaml', 'dotenv', 'docker-env', 'properties', 'ini', 'toml'] as const

/** How keys and values become one file. */
export interface PlannedFormat {
  readonly kind: (typeof formatKinds)[number]
  /** Put before each name. */
  readonly prefix?: string
  /** Whether names are in upper case, with an underscore for `-` and `.`. */
  readonly uppercase?: true
  /** Of an ini file. */
  readonly section?: string
}

/** Who may do what with a file of the volume. */
export interface FileAccess {
  /** Permission bits, e.g. 0o644. */
  readonly mode: number
  /** Numeric ids, never 0; absent: root's, whose all files are that nobody gives away. */
  readonly owner?: number
  readonly group?: number
}

/** A file of the volume. */
export interface PlannedFile extends FileAccess {
  /** Clean, relative to the volume's root. */
  readonly path: string
}

/** A value to take out of an object's JSON, as a file of its own. */
export interface PlannedExtract {
  /** The jmesPath as written. */
  readonly expression: string
  readonly file: PlannedFile
  /** How a result is written; absent for texts, numbers and booleans as they are, and nothing else. */
  readonly format?: PlannedFormat
  /** Whether to go without the file when nothing is found. */
  readonly optional?: true
  /** How a result is encoded; absent for one that is mounted as it is. */
  readonly encoding?: Encoding
}

/** Which keys of a JSON object become files, and under which names. */
export interface PlannedKeys {
  readonly prefix: string
  /** Where the files lie, of a member of a set; absent for the root of the volume. */
  readonly directory?: string
  /** Patterns of names; empty for all. */
  readonly include: readonly string[]
  readonly exclude: readonly string[]
  /** Levels of objects that are expanded, at least one; infinite for all. */
  readonly depth: number
  /** What joins the names of nested keys; absent where they make directories. */
  readonly flatten?: string
  readonly nulls: 'skip' | 'empty'
  /** Whether no key at all is fine. */
  readonly optional: boolean
  readonly translation: PathTranslation
  /** Of each file. */
  readonly access: FileAccess
}

/** An object to read, and the files that come of it. */
export interface PlannedObject {
  /** objectName as written: what messages call the object. */
  readonly name: string
  readonly store: Store
  /** One read a region, in the order of MountPlan.regions. */
  readonly reads: readonly ObjectRead[]
  /** Of the value as a whole, or written in the format; absent where only its keys are mounted. */
  readonly file?: PlannedFile
  readonly extracts: readonly PlannedExtract[]
  readonly keys?: PlannedKeys
  /** Of an object that stands for many; then it has no file of its own. */
  readonly members?: PlannedMembers
  /** Writes the value, or its keys where there are some, as one file. */
  readonly format?: PlannedFormat
  /** How the value is encoded, or each of its keys; absent for one that is mounted as it is. */
  readonly encoding?: Encoding
  /** Whether extracts and keys are taken out of the decoded value. */
  readonly decodeFirst?: true
  /** Where it is read, when that is not the region of the class. */
  readonly region?: string
  /** Whether to go without its files when the object is missing. */
  readonly optional?: true
  /** Of the object in the list, counted from 1, where it is not that in the plan. */
  readonly position?: number
  /** What it is a part of, where it has no file of its own. */
  readonly part?: PartOfFile
}

/** A part by its name, and the path of the composed file. */
export interface PartOfFile {
  readonly name: string
  readonly file: string
}

/** A part of a composed file. */
export interface ComposedPart {
  /** That placeholders call it by. */
  readonly name: string
  /** A jmesPath; absent for the whole value. */
  readonly expression?: string
  /** Whether it is empty when it is missing. */
  readonly optional?: true
}

/** What a composed file is made of. */
export type ComposedContent =
  | { readonly kind: 'text'; readonly template: Template }
  | { readonly kind: 'json' | 'yaml'; readonly structure: Structure }

/** A file that is made of several objects. */
export interface PlannedComposition {
  /** Of the object in the list, counted from 1. */
  readonly position: number
  readonly file: PlannedFile
  readonly parts: readonly ComposedPart[]
  /** Where in MountPlan.objects the first part's object is; those of the others follow. */
  readonly firstObject: number
  readonly content: ComposedContent
}

/** An object whose files are not root's. */
export interface GivenAway {
  readonly where: string
  readonly field: 'fileOwner' | 'fileGroup'
}

/** Everything a mount will read and write, settled before the first AWS call. */
export interface MountPlan {
  readonly regions: Regions
  /** In the order of the list, then those that composed files are made of. */
  readonly objects: readonly PlannedObject[]
  /** Absent where there is none. */
  readonly compositions?: readonly PlannedComposition[]
  /** Whether several secrets are read a call; absent for each alone. */
  readonly batchReads?: true
  /** The first file that is not root's, by the name of its object; absent where all are. */
  readonly givenAway?: GivenAway
  /** For the log: unknown fields and the like. At most a hundred. */
  readonly warnings: readonly PlanWarning[]
}
