import type { JsonValue } from '../../json/json-value.ts'

/** How a value is written where it stands, so that it cannot end what it stands in. */
export const quotings = ['json', 'yaml', 'sh', 'xml', 'url'] as const

/** One of them. */
export type Quoting = (typeof quotings)[number]

/** A place that the value of a part is put in. */
export interface Placeholder {
  readonly part: string
  readonly quoting?: Quoting
}

/** Text and placeholders, in their order. */
export type Template = readonly (string | Placeholder)[]

/** A structure with places that the values of parts are put in as they are. */
export type Structure =
  | { readonly value: JsonValue }
  | { readonly part: string }
  | { readonly items: readonly Structure[] }
  | { readonly entries: readonly (readonly [key: string, value: Structure])[] }

/** What is no template: a character counted from 1, and why. */
export interface TemplateFault {
  readonly position: number
  readonly reason: string
}

/** Of one composed file so many are told, so that a text of nothing else does not become thousands of errors. */
export const maxTemplateFaults = 20

/** Reads `${name}` and `${name|quoting}`; `$${` stands for `${` itself. Gives all placeholders that are wrong. */
export function readTemplate(
  text: string,
  parts: ReadonlySet<string>,
): { readonly template: Template } | { readonly faults: readonly TemplateFault[] } {
  const template: (string | Placeholder)[] = []
  const faults: TemplateFault[] = []
  let literal = ''
  let from = 0
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', from)) {
    if (text[at - 1] === '$' && at > from) {
      literal += `${text.slice(from, at - 1)}\${`
      from = at + 2
      continue
    }
    const end = text.indexOf('}', at)
    const position = at + 1
    if (end === -1) {
      faults.push({ position, reason: 'the placeholder is not closed by a }' })
      break
    }
    const read = readPlaceholder(text.slice(at + 2, end), parts)
    if ('reason' in read) faults.push({ position, reason: read.reason })
    else template.push(literal + text.slice(from, at), read)
    if (faults.length === maxTemplateFaults) break
    literal = ''
    from = end + 1
  }
  if (faults.length > 0) return { faults }
  template.push(literal + text.slice(from))
  return { template: template.filter((each) => each !== '') }
}

function readPlaceholder(
  inner: string,
  parts: ReadonlySet<string>,
): Placeholder | { readonly reason: string } {
  const [part = '', quoting, ...more] = inner.split('|')
  if (!parts.has(part)) {
    return {
      reason: `there is no part ${JSON.stringify(part.slice(0, 100))} (write $\${ for a \${ of the text)`,
    }
  }
  if (quoting === undefined) return { part }
  const known = quotings.find((each) => each === quoting)
  return known === undefined || more.length > 0
    ? {
        reason: `${JSON.stringify([quoting, ...more].join('|').slice(0, 100))} is not one of ${quotings.join(', ')}`,
      }
    : { part, quoting: known }
}
