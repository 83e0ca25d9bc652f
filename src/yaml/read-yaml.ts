import { Composer, isAlias, isMap, isScalar, isSeq, type Pair, type Scalar } from 'yaml'
import { fault } from '../errors/provider-error.ts'
import type { Steps } from '../process/in-turns.ts'
import { boundedTokens, plainForms } from './bounded-tokens.ts'
import type { Finding, SourcePosition } from './finding.ts'
import { readPlainYaml } from './plain/read-plain-yaml.ts'
import { syntaxReason } from './syntax-hint.ts'
import {
  isNullWord,
  TreeBuilder,
  tooLarge,
  UnreadableYaml,
  unreadable,
  unset,
  type WrittenPair,
} from './tree-builder.ts'
import type { YamlItem, YamlNode } from './yaml-node.ts'

/** What the library may be given: reading so much takes up to 10 MiB and a tenth of a second. */
const maxLibraryLength = 32_768

/** `kubectl apply` keeps the whole object in one annotation of at most 256 KiB, so no more than that is usual. */
const maxLength = 262_144

/**
 * Reads YAML text into texts, lists and maps; scalars stay the text that was typed.
 *
 * The text comes from whoever may write a SecretProviderClass: its length, its words, its depth and its size with all
 * aliases followed are bounded before anything walks it. Only the first document counts. Pauses in the plain
 * forms of YAML; the library reads in one piece, and no more than it can read in a tenth of a second.
 */
export function* readYaml(text: string): Steps<YamlItem | Finding> {
  try {
    return (yield* readPlainYaml(text)) ?? readDocument(text)
  } catch (error) {
    return findingOf(error)
  }
}

/** readYaml by the library alone: readPlainYaml is compared with it. */
export function readAnyYaml(text: string): YamlItem | Finding {
  try {
    return readDocument(text)
  } catch (error) {
    return findingOf(error)
  }
}

function findingOf(error: unknown): Finding {
  if (error instanceof UnreadableYaml) return error.finding
  // Deep or odd input that the library fails on, in spite of the bounds.
  const reason = 'the YAML parser failed on it'
  return { fault: fault('OBJECTS_UNREADABLE', { line: 1, column: 1, reason }, { cause: error }), line: 1 }
}

function readDocument(given: string): YamlItem {
  // The mark counts as no column. YAML 1.1, which Go reads, ends a line by a lone CR or NEL as well.
  const text = (given.startsWith('\uFEFF') ? given.slice(1) : given).replace(/\r(?!\n)|\u0085/g, '\n')
  if (text.length > maxLength)
    tooLarge(`it has ${text.length} characters, and at most ${maxLength} are taken`)
  if (text.length > maxLibraryLength)
    tooLarge(
      `it has ${text.length} characters, and more than ${maxLibraryLength} are taken only in the plain forms of YAML, ${plainForms}`,
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

/** Turns the library's nodes into ours, in the order of the text. */
class TreeReader {
  readonly #positionOf: (offset: number) => SourcePosition
  readonly #builder = new TreeBuilder()

  constructor(positionOf: (offset: number) => SourcePosition) {
    this.#positionOf = positionOf
  }

  read(node: unknown, parent: SourcePosition): YamlItem {
    const at = this.#position(node, parent)
    if (isAlias(node)) return { at, node: this.#builder.anchored(node.source, at) }
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined
    this.#builder.open(anchor)
    return { at, node: this.#builder.close(anchor, this.#value(node, at)) }
  }

  #position(node: unknown, parent: SourcePosition): SourcePosition {
    const range = isAlias(node) || isScalar(node) || isMap(node) || isSeq(node) ? node.range : undefined
    return range ? this.#positionOf(range[0]) : parent
  }

  #value(node: unknown, at: SourcePosition): YamlNode {
    if (isScalar(node)) {
      const { tag } = node
      const own = tag?.startsWith('!') ? { tag } : undefined
      if (isUnset(node)) return own === undefined ? unset : { ...unset, ...own }
      const isPlain = node.type === 'PLAIN' && tag === undefined
      return { kind: 'text', size: 1, text: textOf(node), ...own, ...(isPlain ? { isPlain } : {}) }
    }
    if (isMap(node)) return this.#builder.map(node.items.map((pair) => this.#pair(pair, at)))
    if (!isSeq(node)) return unset
    return this.#builder.list(node.items.map((item) => this.read(item, at)))
  }

  #pair({ key, value }: Pair, parent: SourcePosition): WrittenPair {
    const at = this.#position(key, parent)
    const isMerge = isScalar(key) && key.value === '<<' && key.type === 'PLAIN' && key.tag === undefined
    const name = this.read(key, at).node
    return { at, isMerge, key: name.kind === 'text' ? name.text : undefined, value: this.read(value, at) }
  }
}

/** A plain null, ~ or nothing at all; quoted, or tagged !!str, they are text. */
function isUnset(scalar: Scalar): boolean {
  const isText = scalar.tag === '!' || scalar.tag === 'tag:yaml.org,2002:str'
  return scalar.type === 'PLAIN' && !isText && isNullWord(String(scalar.value))
}

/** As it was typed; of !!binary, what Go makes of it. */
function textOf({ tag, value }: Scalar): string {
  const text = String(value)
  return tag === 'tag:yaml.org,2002:binary' ? Buffer.from(text, 'base64').toString() : text
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
