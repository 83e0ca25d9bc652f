import { fault } from '../../errors/provider-error.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding, type SourcePosition } from '../../yaml/finding.ts'
import { formatKinds, type PlannedFormat } from '../mount-plan.ts'
import { textOf } from '../objects/object-label.ts'
import { positionOf } from './field-position.ts'
import { booleanOf, wordOf } from './field-values.ts'

/** A format and what stands beside it, as written on an object or an entry of its jmesPath. */
export interface FormatFields {
  readonly at: SourcePosition
  readonly prefix: FieldRead
  readonly uppercase: FieldRead
  readonly section: FieldRead
}

/** What a format comes to; undefined when there is none. `field` is its name there, `read` what it says. */
export function plannedFormat(
  { field, read }: { readonly field: 'objectFormat' | 'format'; readonly read: FieldRead },
  { at, prefix, uppercase, section }: FormatFields,
  where: string,
  findings: Finding[],
): PlannedFormat | undefined {
  const kind = wordOf(read, formatKinds, { where, field }, findings)
  const isUppercase = booleanOf(uppercase, { where, field: 'uppercase' }, findings)
  const needs = (name: string, given: FieldRead, needed: string) => {
    const details = { where, field: name, needs: needed }
    findings.push(finding(fault('FIELD_NEEDS_FIELD', details), positionOf(given) ?? at))
  }
  if (read === undefined) {
    for (const [name, value] of Object.entries({ prefix, uppercase, section })) {
      if (value !== undefined) needs(name, value, field)
    }
  }
  if (kind === undefined) return undefined
  if (section !== undefined && kind !== 'ini') needs('section', section, `${field} ini`)
  const [prefixText, sectionText] = [textOf(prefix), textOf(section)]
  if (section !== undefined && section !== 'malformed' && /[\]\p{Cc}\u2028\u2029]/u.test(section.text)) {
    const details = {
      where,
      field: 'section',
      received: section.text,
      expected: 'a name without "]" and line ends',
    }
    findings.push(finding(fault('FIELD_VALUE_UNKNOWN', details), section.at))
  }
  return {
    kind,
    ...(prefixText === undefined ? {} : { prefix: prefixText }),
    ...(isUppercase === true ? { uppercase: true } : {}),
    ...(sectionText === undefined ? {} : { section: sectionText }),
  }
}
