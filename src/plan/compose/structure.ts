import { parseNumber } from '../../json/json-number.ts'
import type { JsonValue } from '../../json/json-value.ts'
import type { SourcePosition } from '../../yaml/finding.ts'
import type { YamlItem } from '../../yaml/yaml-node.ts'
import { readTemplate, type TemplateFault } from './template.ts'

/** A structure with places that the values of parts are put in as they are. */
export type Structure =
  | { readonly value: JsonValue }
  | { readonly part: string }
  | { readonly items: readonly Structure[] }
  | { readonly entries: readonly (readonly [key: string, value: Structure])[] }

/** Reads a structure: a string that is a placeholder, and nothing else, is the part's value. */
export function readStructure(
  { node, at }: YamlItem,
  parts: ReadonlySet<string>,
  onFault: (found: TemplateFault, at: SourcePosition) => void,
): Structure {
  switch (node.kind) {
    case 'unset':
      return { value: null }
    case 'list':
      return { items: node.items.map((item) => readStructure(item, parts, onFault)) }
    case 'map':
      return {
        entries: Array.from(node.entries, ([key, { value }]) => [key, readStructure(value, parts, onFault)]),
      }
    default: {
      const plain = node.isPlain === true ? plainValue(node.text) : undefined
      if (plain !== undefined) return { value: plain }
      const read = readTemplate(node.text, parts)
      if ('faults' in read) {
        for (const each of read.faults) onFault(each, at)
        return { value: null }
      }
      const [first = '', ...more] = read.template
      if (typeof first !== 'string' && first.quoting === undefined && more.length === 0)
        return { part: first.part }
      if (typeof first === 'string' && more.length === 0) return { value: first }
      onFault(
        { position: 1, reason: 'in json and yaml a placeholder is a whole value, without a quoting' },
        at,
      )
      return { value: null }
    }
  }
}

/** What JSON calls a number or a boolean, where it has no quotes. */
function plainValue(text: string): JsonValue | undefined {
  if (text === 'true' || text === 'false') return text === 'true'
  return parseNumber(text)
}
