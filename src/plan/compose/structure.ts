import { parseNumber } from '../../json/json-number.ts'
import type { JsonValue } from '../../json/json-value.ts'
import type { SourcePosition } from '../../yaml/finding.ts'
import type { YamlItem } from '../../yaml/yaml-node.ts'
import type { Structure, TemplateFault } from './template.ts'
import type { KnownTemplates } from './templates.ts'

/** Reads a structure: a string that is a placeholder, and nothing else, is the part's value. What an alias repeats is read once. */
export function readStructure(
  item: YamlItem,
  templates: KnownTemplates,
  onFault: (found: TemplateFault, at: SourcePosition) => void,
): Structure {
  const known = templates.structures.get(item.node)
  if (known !== undefined) return known
  let isFaulty = false
  const structure = readNode(item, templates, (found, at) => {
    isFaulty = true
    onFault(found, at)
  })
  if (!isFaulty) templates.structures.set(item.node, structure)
  return structure
}

function readNode(
  { node, at }: YamlItem,
  templates: KnownTemplates,
  onFault: (found: TemplateFault, at: SourcePosition) => void,
): Structure {
  switch (node.kind) {
    case 'unset':
      return { value: null }
    case 'list':
      return { items: node.items.map((item) => readStructure(item, templates, onFault)) }
    case 'map':
      return {
        entries: Array.from(node.entries, ([key, { value }]) => [
          key,
          readStructure(value, templates, onFault),
        ]),
      }
    default: {
      const plain = node.isPlain === true ? plainValue(node.text) : undefined
      if (plain !== undefined) return { value: plain }
      const read = templates.read(node.text)
      if ('faults' in read) {
        for (const each of read.faults) onFault(each, at)
        return { value: null }
      }
      const [first = '', ...more] = read.template.slice(0, 2)
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
