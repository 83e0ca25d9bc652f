import type { FieldRead } from '../../yaml/field-reader.ts'
import type { SourcePosition } from '../../yaml/finding.ts'

type Positioned = { readonly at: SourcePosition }

/** Where a field stands; undefined for one that is not there, or of which a finding says what is wrong. */
export function positionOf(
  read: FieldRead | Positioned | readonly Positioned[] | undefined,
): SourcePosition | undefined {
  if (read === undefined || read === 'malformed') return undefined
  return isList(read) ? read[0]?.at : read.at
}

function isList(read: Positioned | readonly Positioned[]): read is readonly Positioned[] {
  return Array.isArray(read)
}
