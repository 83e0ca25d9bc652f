import type { YamlNode } from '../../yaml/yaml-node.ts'
import { readTemplate, type Structure } from './template.ts'

/** What a text comes to as a template. */
export type ReadTemplate = ReturnType<typeof readTemplate>

/** The parts that placeholders may name, and what was read with them. */
export interface KnownTemplates {
  readonly parts: ReadonlySet<string>
  read(text: string): ReadTemplate
  /** Structures without a fault, by the node that they were read of. */
  readonly structures: Map<YamlNode, Structure>
}

/** Templates of a class, by the names of the parts that they may name. */
export type Templates = (parts: readonly string[]) => KnownTemplates

/**
 * Makes what reads each text of a class once: an alias of YAML lets thousands of composed files, or thousands of places of
 * one, have the same.
 */
export function createTemplates(): Templates {
  const known = new Map<string, KnownTemplates>()
  return (names) => {
    const key = names.join()
    const before = known.get(key)
    if (before !== undefined) return before
    const parts = new Set(names)
    const texts = new Map<string, ReadTemplate>()
    const templates: KnownTemplates = {
      parts,
      read(text) {
        const found = texts.get(text) ?? readTemplate(text, parts)
        texts.set(text, found)
        return found
      },
      structures: new Map(),
    }
    known.set(key, templates)
    return templates
  }
}
