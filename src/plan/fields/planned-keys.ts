import { fault } from '../../errors/provider-error.ts'
import type { FieldRead } from '../../yaml/field-reader.ts'
import { type Finding, finding } from '../../yaml/finding.ts'
import type { FileAccess, PlannedKeys } from '../mount-plan.ts'
import { textOf } from '../objects/object-label.ts'
import type { PathTranslation } from '../paths/file-name.ts'
import type { ExpandKeysEntry } from './expand-keys-entry.ts'
import { booleanOf, wordOf } from './field-values.ts'
import { patternsOf } from './name-pattern.ts'

/** What an expandKeys comes to, and whether the whole value is mounted beside its keys. */
export function plannedKeys(
  entry: ExpandKeysEntry,
  where: string,
  files: { readonly access: FileAccess; readonly translation: PathTranslation },
  findings: Finding[],
): { readonly keys: PlannedKeys; readonly mountWhole: boolean } {
  const label = (field: string) => ({ where: `${where}, expandKeys`, field })
  const flatten = textOf(entry.flatten)
  const depth = depthOf(entry.depth, label('depth'), findings)
  return {
    keys: {
      ...files,
      prefix: textOf(entry.prefix) ?? '',
      include: patternsOf(entry.include),
      exclude: patternsOf(entry.exclude),
      depth: depth ?? (flatten === undefined ? 1 : Number.POSITIVE_INFINITY),
      ...(flatten === undefined ? {} : { flatten }),
      nulls: wordOf(entry.nulls, ['skip', 'empty'], label('nulls'), findings) ?? 'skip',
      optional: booleanOf(entry.optional, label('optional'), findings) ?? false,
    },
    mountWhole: booleanOf(entry.mountWhole, label('mountWhole'), findings) ?? false,
  }
}

function depthOf(
  read: FieldRead,
  { where, field }: { readonly where: string; readonly field: string },
  findings: Finding[],
): number | undefined {
  if (read === undefined || read === 'malformed') return undefined
  if (/^(?:[1-9]\d?|100)$/.test(read.text)) return Number(read.text)
  const details = { where, field, received: read.text, expected: 'a number from 1 to 100' }
  findings.push(finding(fault('FIELD_VALUE_UNKNOWN', details), read.at))
  return undefined
}
