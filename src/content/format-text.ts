import { fault, type ProviderError } from '../errors/provider-error.ts'
import { writeJson } from '../json/json-text.ts'
import { isJsonObject, type JsonValue, jsonKind } from '../json/json-value.ts'
import { PaidText, RoomFault } from '../json/paid-text.ts'
import { CostFault, partOf, type WorkBudget } from '../json/work-budget.ts'
import { writeYaml } from '../json/yaml-text.ts'
import type { PlannedFormat } from '../plan/mount-plan.ts'
import { FormatFault } from './formats/format-fault.ts'
import { type Entries, writeFormat } from './formats/write-format.ts'
import type { VolumeSize } from './volume-size.ts'

interface FormatContext {
  /** Whose value it is, for sentences. */
  readonly where: string
  /** Of the mount: a file may use a quarter of it. */
  readonly budget: WorkBudget
  readonly size: VolumeSize
}

type Formatted = { readonly text: string } | { readonly fault: ProviderError }

/**
 * A value written in a format; JSON and YAML hold any, and where no name changes all of it, null as well; the others
 * hold objects. Gives faults without a value, and no text of what the volume has no room for.
 */
export function formatText(value: JsonValue, format: PlannedFormat, context: FormatContext): Formatted {
  const { kind, prefix, uppercase } = format
  const isAsItIs = prefix === undefined && uppercase === undefined
  if (isAsItIs && kind === 'json') return guarded(format, context, (text) => writeJson(value, text))
  if (isAsItIs && kind === 'yaml') return guarded(format, context, (text) => writeYaml(value, text))
  if (isJsonObject(value)) return formatEntries(value, format, context)
  return { fault: fault('FORMAT_NOT_OBJECT', { where: context.where, format: kind, found: jsonKind(value) }) }
}

/** Keys and values written in a format as one file. Gives faults without a value. */
export function formatEntries(entries: Entries, format: PlannedFormat, context: FormatContext): Formatted {
  return guarded(format, context, (text) => writeFormat(entries, format, text))
}

function guarded(
  { kind: format }: PlannedFormat,
  { where, budget, size }: FormatContext,
  write: (text: PaidText) => void,
): Formatted {
  try {
    const text = new PaidText(partOf(budget), size.room)
    write(text)
    return { text: text.made() }
  } catch (error) {
    if (error instanceof RoomFault) {
      size.stop()
      return { text: '' }
    }
    if (error instanceof FormatFault) {
      const details = { where, format, key: error.key, reason: error.message }
      return { fault: fault(error.isName ? 'FORMAT_NAME_UNUSABLE' : 'FORMAT_VALUE_UNUSABLE', details) }
    }
    // Of anything else (a full stack, say) the text is dropped: it may hold data.
    const reason = error instanceof CostFault ? error.message : 'it cannot be written'
    return { fault: fault('FORMAT_TOO_COSTLY', { where, format, reason }) }
  }
}
