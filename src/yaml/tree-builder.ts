import { quote } from '../errors/kind.ts'
import { fault } from '../errors/provider-error.ts'
import { type Finding, finding, type PlanWarning, type SourcePosition } from './finding.ts'
import type { YamlEntry, YamlItem, YamlMap, YamlNode } from './yaml-node.ts'

/** Values of a text, aliases followed. */
export const maxNodes = 50_000

/** Ends the reading at the first thing that cannot be read; never leaves this folder. */
export class UnreadableYaml extends Error {
  readonly finding: Finding

  constructor(finding: Finding) {
    super('unreadable YAML')
    this.finding = finding
  }
}

/**
 * The library's sentences quote the text they are about: they are cut and kept on one line.
 * @throws {UnreadableYaml}
 */
export function unreadable(at: SourcePosition, message: string): never {
  const reason = message
    .slice(0, 200)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  throw new UnreadableYaml(finding(fault('OBJECTS_UNREADABLE', { ...at, reason }), at))
}

/**
 * Refuses a text for its size.
 * @throws {UnreadableYaml}
 */
export function tooLarge(reason: string): never {
  throw new UnreadableYaml({ fault: fault('OBJECTS_TOO_LARGE', { reason }) })
}

/** Nothing, as if the field were not there. */
export const unset: YamlNode = { kind: 'unset', size: 1 }

/** What a plain scalar means that is neither quoted nor tagged: nothing at all, or its text. */
export function isNullWord(text: string): boolean {
  return /^(?:null|Null|NULL|~|)$/.test(text)
}

/** A key of a map and its value, as written. */
export interface WrittenPair {
  readonly at: SourcePosition
  /** Undefined for one that is not a string. */
  readonly key: string | undefined
  /** Its key is a plain `<<`. */
  readonly isMerge: boolean
  readonly value: YamlItem
}

/**
 * Follows anchors and merge keys, and bounds what they make, for whoever reads the text in its order: an alias means the
 * last anchor before it.
 */
export class TreeBuilder {
  readonly #anchors = new Map<string, YamlNode | 'open'>()
  #merged = 0

  /** Before what an anchor stands at is read: an alias inside it is a mistake. */
  open(anchor: string | undefined): void {
    if (anchor !== undefined) this.#anchors.set(anchor, 'open')
  }

  /**
   * What has been read is known by its anchor from now on, unless something inside took the name.
   * @throws {UnreadableYaml} when it is too large with its aliases followed.
   */
  close(anchor: string | undefined, node: YamlNode): YamlNode {
    if (node.size > maxNodes) tooLarge(`it holds more than ${maxNodes} values, aliases followed`)
    if (anchor !== undefined && this.#anchors.get(anchor) === 'open') this.#anchors.set(anchor, node)
    return node
  }

  /**
   * What an alias stands for.
   * @throws {UnreadableYaml} for one without its anchor before it.
   */
  anchored(name: string, at: SourcePosition): YamlNode {
    const node = this.#anchors.get(name)
    if (node === undefined) unreadable(at, `alias *${name} has no anchor &${name} before it`)
    if (node === 'open') unreadable(at, `alias *${name} stands inside its own anchor &${name}`)
    return node
  }

  list(items: readonly YamlItem[]): YamlNode {
    return { kind: 'list', size: items.reduce((sum, item) => sum + item.node.size, 1), items }
  }

  /**
   * A map of what is written in it and what its merge keys bring in.
   * @throws {UnreadableYaml} for a merge key that takes no map, or too much.
   */
  map(pairs: readonly WrittenPair[]): YamlMap {
    const own = new Map<string, YamlEntry>()
    const warnings: PlanWarning[] = []
    const merges: YamlItem[] = []
    for (const { at, key, isMerge, value } of pairs) {
      if (isMerge) merges.unshift(value)
      else if (key !== undefined) putLast(own, key, { at, value }, warnings)
      else warnings.push({ code: 'FIELD_UNKNOWN', message: 'a key that is not a string is ignored', ...at })
    }
    const entries = merges.length === 0 ? own : this.#withMerged(own, merges)
    // Each warning is looked at again for each alias.
    let size = 1 + warnings.length
    for (const { value } of entries.values()) size += 1 + value.node.size
    return { kind: 'map', size, entries, warnings }
  }

  /** What stands in the map itself counts before what is merged, an earlier source before a later one. */
  #withMerged(own: ReadonlyMap<string, YamlEntry>, merges: readonly YamlItem[]): Map<string, YamlEntry> {
    const entries = new Map(own)
    // Keys match in any case, so a key of one spelling hides those of all others.
    const hidden = new Set(Array.from(own.keys(), (key) => key.toLowerCase()))
    for (const source of merges.flatMap(mergeSources)) {
      this.#merged += 1 + source.entries.size
      if (this.#merged > maxNodes) tooLarge(`its merge keys bring in more than ${maxNodes} fields`)
      const taken: string[] = []
      for (const [key, entry] of source.entries) {
        if (hidden.has(key.toLowerCase())) continue
        entries.set(key, entry)
        taken.push(key.toLowerCase())
      }
      for (const key of taken) hidden.add(key)
    }
    return entries
  }
}

function putLast(
  entries: Map<string, YamlEntry>,
  key: string,
  entry: YamlEntry,
  warnings: PlanWarning[],
): void {
  if (entries.delete(key)) {
    const message = `field ${quote(key)} is repeated: the last one counts`
    warnings.push({ code: 'REPEATED_FIELD', message, ...entry.at })
  }
  entries.set(key, entry)
}

function mergeSources({ node, at }: YamlItem): YamlMap[] {
  if (node.kind === 'map') return [node]
  if (node.kind !== 'list') unreadable(at, 'the merge key << takes a map or a list of maps')
  return node.items.flatMap((item) => {
    if (item.node.kind !== 'map') unreadable(item.at, 'the merge key << takes a map or a list of maps')
    return [item.node]
  })
}
