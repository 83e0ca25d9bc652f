import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseAllDocuments,
  type YAMLMap,
} from 'yaml'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import type { SourcePosition } from '../yaml/finding.ts'
import { nearestName } from '../yaml/nearest-name.ts'
import { syntaxReason } from '../yaml/syntax-hint.ts'
import { type ClassDocument, type NodeSource, readClassDocument } from './class-document.ts'
import { readSyncDocument, type SyncDocument, syncGroup, syncKind } from './sync-document.ts'

/** `kind` of a SecretProviderClass. */
export const classKind = 'SecretProviderClass'

/** API group of the driver's objects, without its version. Source: the driver's CRDs. */
export const classGroup = 'secrets-store.csi.x-k8s.io'

/** A file or standard input as it is. */
export interface ClassText {
  /** As messages name it. */
  readonly file: string
  readonly text: string
}

/** What a file or standard input holds. */
export interface ClassFile {
  /** As messages name it. */
  readonly file: string
  readonly classes: readonly ClassDocument[]
  readonly syncs: readonly SyncDocument[]
  /** Documents that are no YAML. */
  readonly faults: readonly { readonly fault: ProviderError; readonly at: SourcePosition }[]
}

/** Far above every manifest: what helm prints for a cluster has some hundreds of KiB. */
const maxBytes = 32 * 1024 * 1024

/**
 * Reads a file, or standard input for `-`.
 * @throws {ProviderError} INPUT_UNREADABLE.
 */
export async function readInput(file: string): Promise<ClassText> {
  const shown = file === '-' ? '<stdin>' : file
  try {
    const bytes = file === '-' ? await readStandardInput() : await readFile(file)
    if (bytes.length > maxBytes)
      throw fault('INPUT_UNREADABLE', { file: shown, reason: `it is over ${maxBytes} bytes` })
    return { file: shown, text: bytes.toString('utf8') }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || code === 'INPUT_UNREADABLE') throw error
    throw fault('INPUT_UNREADABLE', { file: shown, reason: reasons[code] ?? code }, { cause: error })
  }
}

/** Not by its descriptor: of a pipe that another process made non-blocking that reads EAGAIN. */
function readStandardInput(): Promise<Buffer> {
  return buffer(process.stdin)
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EISDIR: 'it is a directory',
}

/** Finds the SecretProviderClasses among the documents of a YAML or JSON text, in its order; other kinds are skipped. */
export function readClassFile({ file, text }: ClassText): ClassFile {
  const lines = new LineCounter()
  const positionOf = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }
  const classes: ClassDocument[] = []
  const syncs: SyncDocument[] = []
  const faults: { fault: ProviderError; at: SourcePosition }[] = []
  for (const document of documentsOf(text, lines)) {
    if (document === 'unreadable') {
      const reason = 'the YAML parser failed on it'
      faults.push({ fault: fault('INPUT_NOT_YAML', { reason }), at: { line: 1, column: 1 } })
      continue
    }
    if (isMap(document.contents) && isOtherKind(document.contents)) continue
    const [first] = document.errors
    if (first !== undefined) {
      const { offset, reason } = syntaxReason(text, first)
      const shown = reason.slice(0, 300).toWellFormed()
      faults.push({ fault: fault('INPUT_NOT_YAML', { reason: shown }), at: positionOf(offset) })
      continue
    }
    const source: NodeSource = {
      file,
      text,
      positionOf,
      resolve: (alias) => alias.resolve(document) as Node | undefined,
    }
    for (const map of mapsOf(document, source)) {
      if (isClass(map)) classes.push(readClassDocument(map, source))
      else if (isSync(map)) syncs.push(readSyncDocument(map, source))
    }
  }
  return { file, classes, syncs, faults }
}

function documentsOf(text: string, lineCounter: LineCounter): readonly (Document | 'unreadable')[] {
  try {
    return [...parseAllDocuments(text, { lineCounter, prettyErrors: false, logLevel: 'error' })]
  } catch {
    // Nested deeper than the parser's stack goes.
    return ['unreadable']
  }
}

function isOtherKind(map: YAMLMap): boolean {
  const kind = textField(map, 'kind')
  return kind !== undefined && kind !== syncKind && !isNearKind(kind) && !isList(kind)
}

/** The kind itself, or what somebody wrote who meant it. */
function isNearKind(kind: string): boolean {
  return nearestName(kind, [classKind], 3) !== undefined && !isList(kind)
}

function isList(kind: string): boolean {
  return kind === 'List' || kind === `${classKind}List` || kind === `${syncKind}List`
}

/** The document itself, or the items of what `kubectl get -o yaml` prints. */
function mapsOf({ contents }: Document, source: NodeSource): readonly YAMLMap[] {
  if (!isMap(contents)) return []
  if (!isList(textField(contents, 'kind') ?? '')) return [contents]
  const items = contents.get('items')
  if (!isSeq(items)) return []
  return items.items
    .map((item) => (isAlias(item) ? source.resolve(item) : item))
    .filter((item) => isMap(item))
}

/** A class without apiVersion is one that lacks it; one of quite another group is another kind of the same name. */
function isClass(map: YAMLMap): boolean {
  return isNearKind(textField(map, 'kind') ?? '') && isNearGroup(textField(map, 'apiVersion') ?? '')
}

function isSync(map: YAMLMap): boolean {
  const [group] = (textField(map, 'apiVersion') ?? '').split('/')
  return textField(map, 'kind') === syncKind && group === syncGroup
}

/** `secrets-store.csi.k8s.io/v1` (the name of the driver), `v1`, or nothing at all. */
function isNearGroup(apiVersion: string): boolean {
  const [group = '', version] = apiVersion.split('/')
  return version === undefined || group === classGroup || /^secrets?-store/i.test(group)
}

function textField(map: YAMLMap, field: string): string | undefined {
  const node = map.get(field, true)
  return isScalar(node) && typeof node.value === 'string' ? node.value : undefined
}
