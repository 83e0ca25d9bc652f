import { fault } from '../../errors/provider-error.ts'
import { parseGoBoolean } from '../../go-syntax/boolean.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import type { Encoding } from '../mount-plan.ts'

/** One of the words of a field; undefined when it is unset, or a finding says that it is another. */
export function wordOf<Word extends string>(
  read: FieldRead,
  words: readonly Word[],
  { where, field }: { readonly where: string; readonly field: string },
  findings: Finding[],
): Word | undefined {
  if (read === undefined || read === 'malformed') return undefined
  const word = words.find((each) => each === read.text)
  if (word === undefined) {
    const details = { where, field, received: read.text, expected: words }
    findings.push(finding(fault('FIELD_VALUE_UNKNOWN', details), read.at))
  }
  return word
}

/** How a value is encoded; undefined for utf-8, the default. */
export function encodingOf(read: FieldRead, where: string, findings: Finding[]): Encoding | undefined {
  const words = ['utf-8', 'base64', 'base64url', 'hex'] as const
  const word = wordOf(read, words, { where, field: 'objectEncoding' }, findings)
  return word === 'utf-8' ? undefined : word
}

/** A boolean as Go reads it (`true`, `True`, `1`); undefined when it is unset or a finding says why. */
export function booleanOf(
  read: FieldRead,
  { where, field }: { readonly where: string; readonly field: string },
  findings: Finding[],
): boolean | undefined {
  if (read === undefined || read === 'malformed') return undefined
  const value = parseGoBoolean(read.text)
  if (value === undefined) {
    const details = { where, field, received: read.text, expected: ['true', 'false'] }
    findings.push(finding(fault('FIELD_VALUE_UNKNOWN', details), read.at))
  }
  return value
}
