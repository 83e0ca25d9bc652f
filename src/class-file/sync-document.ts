import { isMap, isScalar, isSeq, type Node, type YAMLMap } from 'yaml'
import type { LocatedText, NodeSource } from './class-document.ts'

/** `kind` of what the secrets-store-sync-controller makes a Secret of. Source: its CRD. */
export const syncKind = 'SecretSync'

/** Its API group, without the version. */
export const syncGroup = 'secret-sync.x-k8s.io'

/** A SecretSync as far as it refers to a SecretProviderClass. */
export interface SyncDocument {
  readonly name: string
  /** Empty when missing. */
  readonly namespace: string
  /** Where the class is named. */
  readonly className: LocatedText
  /** The files of the class that become keys of the Secret. */
  readonly sourcePaths: readonly LocatedText[]
}

/** Reads a map of kind SecretSync. What has another shape is left out: the API server refuses it. */
export function readSyncDocument(map: YAMLMap, source: NodeSource): SyncDocument {
  const at = (node: Node | undefined) => source.positionOf(node?.range?.[0] ?? map.range?.[0] ?? 0)
  const located = (node: Node | undefined): LocatedText => {
    const text = isScalar(node) && typeof node.value === 'string' ? node.value : ''
    return { text, at: at(node) }
  }
  const metadata = fieldOf(map, 'metadata')
  const spec = fieldOf(map, 'spec')
  const data = fieldOf(fieldOf(spec, 'secretObject'), 'data')
  return {
    name: located(fieldOf(metadata, 'name')).text,
    namespace: located(fieldOf(metadata, 'namespace')).text,
    className: located(fieldOf(spec, 'secretProviderClassName')),
    sourcePaths: (isSeq(data) ? data.items : [])
      .map((item) => located(fieldOf(item as Node, 'sourcePath')))
      .filter(({ text }) => text !== ''),
  }
}

function fieldOf(node: Node | undefined, field: string): Node | undefined {
  return isMap(node) ? (node.get(field, true) as Node | undefined) : undefined
}
