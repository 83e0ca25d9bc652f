import { Composer, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar } from 'yaml'
import { quote } from '../errors/kind.ts'
import { fault } from '../errors/provider-error.ts'
import { boundedTokens, maxNodes } from './bounded-tokens.ts'
import { type Finding, finding, type PlanWarning, type SourcePosition } from './finding.ts'
import { readPlainYaml } from './read-plain-yaml.ts'
import { syntaxReason } from './syntax-hint.ts'
import type { YamlEntry, YamlItem, YamlMap, YamlNode } from './yaml-node.ts'

/**
 * What the library may be given: reading 200,000 characters takes up to 40 MiB, of the 100 that the whole provider has.
 * 4,000 files, written with an alias and a line each, have 124,000.
 */
const maxLibraryLength = 131_072

/** `kubectl apply` keeps the whole object in one annotation of at most 256 KiB, so no more than that is usual. */
const maxLength = 262_144

/**
 * Reads YAML text into texts, lists and maps; scalars stay the text that was typed.
 *
 * The text comes from whoever may write a SecretProviderClass: its length, its words, its depth and its size with all
 * aliases followed are bounded before anything walks it. Only the first document counts.
 */
export function readYaml(text: string): YamlItem | Finding {
  return readPlainYaml(text) ?? readAnyYaml(text)
}

/** readYaml by the library alone: readPlainYaml is compared with it. */
export function readAnyYaml(text: string): YamlItem | Finding {
  try {
    return readDocument(text)
  } catch (error) {
    if (error instanceof UnreadableYaml) return error.finding
    // Deep or odd input that the library fails on, in spite of the bounds.
    const reason = 'the YAML parser failed on it'
    return { fault: fault('OBJECTS_UNREADABLE', { line: 1, column: 1, reason }, { cause: error }), line: 1 }
  }
}

/** Ends the reading at the first thing that cannot be read; never leaves this file. */
class UnreadableYaml extends Error {
  readonly finding: Finding

  constructor(finding: Finding) {
    super('unreadable YAML')
    this.finding = finding
  }
}

function readDocument(given: string): YamlItem {
  // The mark counts as no column. YAML 1.1, which Go reads, ends a line by a lone CR or NEL as well.
  const text = (given.startsWith('\uFEFF') ? given.slice(1) : given).replace(/\r(?!\n)|\u0085/g, '\n')
  if (text.length > maxLength)
    tooLarge(`it has ${text.length} characters, and at most ${maxLength} are taken`)
  if (text.length > maxLibraryLength)
    tooLarge(
      `it has ${text.length} characters, and more than ${maxLibraryLength} are taken only as plain lists and maps, a field a line, without comments and aliases`,
    )
  const positionOf = positionsIn(text)
  const [document] = new Composer({
    // Failsafe: 0600 stays "0600" and true stays "true".
    schema: 'failsafe',
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
  }).compose(boundedTokens(text, tooLarge), true, text.length)
  const top = { line: 1, column: 1 }
  if (document === undefined) return { at: top, node: { kind: 'unset', size: 1 } }
  // Go reads `"s"#comment`, and nothing can be misunderstood in it.
  const errors = document.errors.filter(({ message }) => !message.startsWith('Comments must be separated'))
  const [first] = errors.toSorted((one, other) => one.pos[0] - other.pos[0])
  if (first !== undefined) {
    const { offset, reason } = syntaxReason(text, first)
    unreadable(positionOf(offset), reason)
  }
  return new TreeReader(positionOf).read(document.contents, top)
}

/** Turns the library's nodes into ours, in the order of the text: an alias means the last anchor before it. */
class TreeReader {
  readonly #positionOf: (offset: number) => SourcePosition
  readonly #anchors = new Map<string, YamlNode | 'open'>()
  #merged = 0

  constructor(positionOf: (offset: number) => SourcePosition) {
    this.#positionOf = positionOf
  }

  read(node: unknown, parent: SourcePosition): YamlItem {
    const at = this.#position(node, parent)
    if (isAlias(node)) return { at, node: this.#anchored(node.source, at) }
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    if (anchor !== undefined) this.#anchors.set(anchor, 'open')
    const read = this.#value(node, at)
    if (read.size > maxNodes) tooLarge(`it holds more than ${maxNodes} values, aliases followed`)
    if (anchor !== undefined && this.#anchors.get(anchor) === 'open') this.#anchors.set(anchor, read)
    return { at, node: read }
  }

  #position(node: unknown, parent: SourcePosition): SourcePosition {
    const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined
    return range ? this.#positionOf(range[0]) : parent
  }

  #anchored(name: string, at: SourcePosition): YamlNode {
    const node = this.#anchors.get(name)
    if (node === undefined) unreadable(at, `alias *${name} has no anchor &${name} before it`)
    if (node === 'open') unreadable(at, `alias *${name} stands inside its own anchor &${name}`)
    return node
  }

  #value(node: unknown, at: SourcePosition): YamlNode {
    if (isScalar(node)) {
      if (isUnset(node)) return unset
      const isPlain = node.type === 'PLAIN' && node.tag === undefined
      return { kind: 'text', size: 1, text: textOf(node), ...(isPlain ? { isPlain } : {}) }
    }
    if (isMap(node)) return this.#map(node.items, at)
    if (!isSeq(node)) return unset
    const items = node.items.map((item) => this.read(item, at))
    return { kind: 'list', size: items.reduce((sum, item) => sum + item.node.size, 1), items }
  }

  #map(pairs: readonly Pair[], parent: SourcePosition): YamlMap {
    const own = new Map<string, YamlEntry>()
    const warnings: PlanWarning[] = []
    const merges: YamlItem[] = []
    for (const { key, value } of pairs) {
      const at = this.#position(key, parent)
      const isMerge = isScalar(key) && key.value === '<<' && key.type === 'PLAIN' && key.tag === undefined
      const name = this.read(key, at).node
      const item = this.read(value, at)
      if (isMerge) merges.unshift(item)
      else if (name.kind === 'text') putLast(own, name.text, { at, value: item }, warnings)
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
    let hidden = new Set(Array.from(own.keys(), (key) => key.toLowerCase()))
    for (const source of merges.flatMap(mergeSources)) {
      this.#merged += 1 + source.entries.size
      if (this.#merged > maxNodes) tooLarge(`its merge keys bring in more than ${maxNodes} fields`)
      const hiddenNow = new Set(hidden)
      for (const [key, entry] of source.entries) {
        if (hidden.has(key.toLowerCase())) continue
        entries.set(key, entry)
        hiddenNow.add(key.toLowerCase())
      }
      hidden = hiddenNow
    }
    return entries
  }
}

const unset: YamlNode = { kind: 'unset', size: 1 }

/** A plain null, ~ or nothing at all; quoted, or tagged !!str, they are text. */
function isUnset(scalar: Scalar): boolean {
  const isText = scalar.tag === '!' || scalar.tag === 'tag:yaml.org,2002:str'
  return scalar.type === 'PLAIN' && !isText && /^(?:null|Null|NULL|~|)$/.test(String(scalar.value))
}

/** As it was typed; of !!binary, what Go makes of it. */
function textOf({ tag, value }: Scalar): string {
  const text = String(value)
  return tag === 'tag:yaml.org,2002:binary' ? Buffer.from(text, 'base64').toString() : text
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

function positionsIn(text: string): (offset: number) => SourcePosition {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return (offset) => {
    let low = 0
    let high = starts.length
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
  }
}

/** The library's sentences quote the text they are about: they are cut and kept on one line. */
function unreadable(at: SourcePosition, message: string): never {
  const reason = message
    .slice(0, 200)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
  throw new UnreadableYaml(finding(fault('OBJECTS_UNREADABLE', { ...at, reason }), at))
}

function tooLarge(reason: string): never {
  throw new UnreadableYaml({ fault: fault('OBJECTS_TOO_LARGE', { reason }) })
}
