import { fault, type ProviderError } from '../errors/provider-error.ts'
import type { JsonDocument } from '../json/json-document.ts'
import { scalarText } from '../json/json-text.ts'
import type { JsonValue } from '../json/json-value.ts'
import { CostFault, partOf, type WorkBudget } from '../json/work-budget.ts'
import { evaluate } from './evaluate.ts'
import { JmesFault } from './functions.ts'
import { readExpression } from './syntax.ts'
import { isTextOfNothing } from './text-of-nothing.ts'

/** An expression, and what messages say of it. */
export interface ExtractSubject {
  readonly object: string
  readonly expression: string
  /** The file that it is for. */
  readonly file: string
  /** The part of that file, where it is a composed one. */
  readonly part?: string
}

/**
 * What a jmesPath expression finds in a document; null where it finds nothing. `ofNothing` marks the text `null` that
 * to_string() makes of nothing.
 *
 * Gives a fault that names object and expression, never a value, for a bad expression, a document that is no
 * JSON, a wrong argument of a function, and an expression too costly to run (the budget is the mount's, and one may use a quarter of it).
 */
export function extract(
  about: ExtractSubject,
  document: JsonDocument,
  whole: WorkBudget,
): { readonly value: JsonValue; readonly ofNothing?: true } | { readonly fault: ProviderError } {
  const { expression } = about
  const budget = partOf(whole)
  try {
    budget.spendSource(expression.length)
    const read = readExpression(expression)
    if ('fault' in read) {
      return { fault: fault('EXTRACT_EXPRESSION_INVALID', { ...about, ...read.fault }) }
    }
    const json = document.reveal()
    if (json === undefined) return { fault: fault('EXTRACT_NOT_JSON', about) }
    // Only arguments of functions can be anything but JSON.
    const value = evaluate(read.node, json.value, budget) as JsonValue
    if (json.isReplaced === true && !isWhole(value))
      return { fault: fault('EXTRACT_NOT_JSON', { ...about, isInvalidUtf8: true }) }
    const ofNothing = value === 'null' && isTextOfNothing(read.node, json.value, budget)
    return ofNothing ? { value, ofNothing } : { value }
  } catch (error) {
    return { fault: evaluationFault(about, error) }
  }
}

/** Nothing of it was put in place of what is not valid UTF-8; of a list or object that is not looked for. */
function isWhole(value: JsonValue): boolean {
  return typeof value === 'string'
    ? !value.includes('\uFFFD')
    : scalarText(value) !== undefined || value === null
}

/** Only our own faults are known to hold no data; of anything else (a full stack, say) the text is dropped. */
function evaluationFault(about: ExtractSubject, error: unknown): ProviderError {
  if (error instanceof JmesFault) {
    return fault('EXTRACT_FAILED', { ...about, reason: error.message })
  }
  const reason = error instanceof CostFault ? error.message : 'it cannot be evaluated'
  return fault('EXTRACT_TOO_COSTLY', { ...about, reason })
}
