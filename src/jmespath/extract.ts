import { fault, type ProviderError } from '../errors/provider-error.ts'
import type { JsonDocument } from '../json/json-document.ts'
import type { JsonValue } from '../json/json-value.ts'
import { CostFault, type WorkBudget } from '../json/work-budget.ts'
import { evaluate } from './evaluate.ts'
import { JmesFault } from './functions.ts'
import { readExpression } from './syntax.ts'

/**
 * What a jmesPath expression finds in a document; null where it finds nothing.
 *
 * Gives a fault that names object and expression, never a value, for a bad expression, a document that is no
 * JSON, a wrong argument of a function, and an expression too costly to run (the budget is the mount's).
 */
export function extract(
  object: string,
  expression: string,
  document: JsonDocument,
  budget: WorkBudget,
): { readonly value: JsonValue } | { readonly fault: ProviderError } {
  try {
    budget.spendSource(expression.length)
    const read = readExpression(expression)
    if ('fault' in read) {
      return { fault: fault('EXTRACT_EXPRESSION_INVALID', { object, expression, ...read.fault }) }
    }
    const json = document.reveal()
    if (json === undefined) return { fault: fault('EXTRACT_NOT_JSON', { object, expression }) }
    // Only arguments of functions can be anything but JSON.
    return { value: evaluate(read.node, json.value, budget) as JsonValue }
  } catch (error) {
    return { fault: evaluationFault(object, expression, error) }
  }
}

/** Only our own faults are known to hold no data; of anything else (a full stack, say) the text is dropped. */
function evaluationFault(object: string, expression: string, error: unknown): ProviderError {
  if (error instanceof JmesFault) {
    return fault('EXTRACT_FAILED', { object, expression, reason: error.message })
  }
  const reason = error instanceof CostFault ? error.message : 'it cannot be evaluated'
  return fault('EXTRACT_TOO_COSTLY', { object, expression, reason })
}
