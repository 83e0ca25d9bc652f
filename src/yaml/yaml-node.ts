import type { PlanWarning, SourcePosition } from './finding.ts'

/** A value as the user typed it, with its aliases and merge keys followed. Shared where an alias shares it. */
export type YamlNode =
  | {
      readonly kind: 'unset'
      readonly size: number
      /** As of a text. */
      readonly tag?: string
    }
  | {
      readonly kind: 'text'
      readonly size: number
      readonly text: string
      /** Written without quotes and without a tag: `5432` and `true` may mean more than their text. */
      readonly isPlain?: true
      /** `!test` of `!test x`: such a tag means nothing here, and may be meant as part of the text. */
      readonly tag?: string
    }
  | { readonly kind: 'list'; readonly size: number; readonly items: readonly YamlItem[] }
  | YamlMap

/** A value and where it stands. */
export interface YamlItem {
  readonly at: SourcePosition
  readonly node: YamlNode
}

/** A map, merge keys resolved; `warnings` tells of keys that hide others. */
export interface YamlMap {
  readonly kind: 'map'
  /** Of this node, its warnings and all below it, an alias counted as what it stands for. */
  readonly size: number
  /** By the key as written, the one written last at the end. */
  readonly entries: ReadonlyMap<string, YamlEntry>
  readonly warnings: readonly PlanWarning[]
}

/** A key's position and its value. */
export interface YamlEntry {
  /** Of the key. */
  readonly at: SourcePosition
  readonly value: YamlItem
}
