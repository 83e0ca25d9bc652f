import { fault, type ProviderError } from '../errors/provider-error.ts'
import { type ExtractSubject, extract } from '../jmespath/extract.ts'
import type { JsonDocument } from '../json/json-document.ts'
import { scalarText } from '../json/json-text.ts'
import { jsonKind } from '../json/json-value.ts'
import type { WorkBudget } from '../json/work-budget.ts'
import type { PlannedExtract } from '../plan/mount-plan.ts'
import type { Steps } from '../process/in-turns.ts'
import { formatText } from './format-text.ts'
import { sourceLabel } from './volume-file.ts'
import type { VolumeSize } from './volume-size.ts'

/** Hears of an extract whose text is the word null, which to_string() makes of nothing; gives a fault to refuse it. */
export type OnNullText = (about: ExtractSubject) => ProviderError | undefined

/** The text of a file, and the kind of the value that it was: "a string", "a list". */
export interface FoundText {
  readonly text: string
  readonly found: string
}

/** What all extracts of a mount share. */
export interface ExtractContext {
  readonly budget: WorkBudget
  readonly size: VolumeSize
  readonly onNullText: OnNullText
}

/**
 * What an extract mounts: a string, the empty one included, a number or boolean as it stands, and with a format
 * whatever it can write. Gives 'nothing' where an optional one finds null, or makes a text of it, and else faults. Pauses before it writes a format.
 */
export function* extractText(
  object: string,
  { expression, file, format, optional }: PlannedExtract,
  document: JsonDocument,
  { budget, size, onNullText }: ExtractContext,
): Steps<FoundText | { readonly fault: ProviderError } | 'nothing'> {
  const about = { object, expression, file: file.path }
  const extracted = extract(about, document, budget)
  if ('fault' in extracted) return extracted
  const { value, ofNothing } = extracted
  if ((value === null || ofNothing === true) && optional === true) return 'nothing'
  const refused = ofNothing === true ? onNullText(about) : undefined
  if (refused !== undefined) return { fault: refused }
  const found = jsonKind(value)
  if (value !== null && format !== undefined) {
    yield
    const where = sourceLabel({ object, jmesPath: expression })
    const formatted = formatText(value, format, { where, budget, size })
    return 'fault' in formatted ? formatted : { ...formatted, found }
  }
  const text = scalarText(value)
  return text === undefined ? { fault: fault('EXTRACT_NOT_STRING', { ...about, found }) } : { text, found }
}
