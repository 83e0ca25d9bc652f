import { jsonText, scalarText } from '../../json/json-text.ts'
import type { JsonValue } from '../../json/json-value.ts'
import type { WorkBudget } from '../../json/work-budget.ts'
import { yamlText } from '../../json/yaml-text.ts'
import type { Quoting } from '../../plan/compose/template.ts'

/**
 * A value as it is written in a place, so that it cannot end what it stands in; `json`, `yaml` and `sh` bring
 * their quotes. Lists and objects are JSON. Gives a reason, without the value, where there is no way to say it.
 */
export function quotePart(
  value: JsonValue,
  quoting: Quoting | undefined,
  budget: WorkBudget,
): { readonly text: string } | { readonly reason: string } {
  if (quoting === 'json') return { text: jsonText(value, budget) }
  const scalar = scalarText(value)
  // JSON is YAML, but for what YAML takes for a line end: no structure brings lines of its own.
  if (quoting === 'yaml')
    return { text: scalar === undefined ? yamlSafe(jsonText(value, budget)) : yamlText(value, budget) }
  const text = scalar ?? jsonText(value, budget)
  budget.spendText(text.length)
  if (quoting === 'sh')
    return text.includes('\0') ? { reason: 'a shell cannot hold a NUL character' } : { text: shell(text) }
  if (quoting === 'xml') return xml(text)
  return { text: quoting === 'url' ? url(text) : text }
}

function yamlSafe(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function shell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** For text and for attributes, which turn line ends that are not escaped into spaces. */
function xml(text: string): { readonly text: string } | { readonly reason: string } {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML 1.0 cannot hold
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) || !text.isWellFormed()) {
    return { reason: 'it has a character that XML 1.0 cannot hold' }
  }
  return { text: text.replace(/[&<>"'\t\n\r\u0085\u2028]/g, (each) => `&#${each.charCodeAt(0)};`) }
}

/** All but letters, digits and `-._~` (RFC 3986): it can stand anywhere in a URL. */
function url(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
