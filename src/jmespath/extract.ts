import { fault, type ProviderError } from '../errors/provider-error.ts'
import type { JsonDocument } from '../json/json-document.ts'
import { jsonText, scalarText } from '../json/json-text.ts'
import { CostFault, type WorkBudget } from '../json/work-budget.ts'
import { yamlText } from '../json/yaml-text.ts'
import { Sensitive } from '../process/sensitive.ts'
import { evaluate } from './evaluate.ts'
import { JmesFault, withArticle } from './functions.ts'
import { readExpression } from './syntax.ts'
import { jmesType } from './values.ts'

/** What is wanted of a document; see PlannedExtract. */
export interface Wanted {
  readonly expression: string
  readonly format?: 'json' | 'yaml'
  readonly optional?: true
}

/** What was found: its bytes, and whether they were a string. */
export interface Extracted {
  readonly content: Sensitive<Uint8Array>
  /** The kind of the result: "a string", "a list". */
  readonly found: string
}

/**
 * What a jmesPath expression finds in a document, as UTF-8 bytes: a string, the empty one included, or a
 * number or boolean as it stands in the document. With a format it is JSON or YAML of whatever is found.
 * `keep` hears how many bytes it will have, and says whether they are wanted: a value of 64 KiB may be found
 * thousands of times. What is not wanted is given without its bytes.
 *
 * Gives 'nothing' where an optional result is null, and a fault that names object and expression, never a
 * value, for a bad expression, a document that is no JSON, a wrong argument of a function, an expression too
 * costly to run (the budget is the mount's), null, and without a format for a list or an object.
 */
export function extract(
  object: string,
  { expression, format, optional }: Wanted,
  document: JsonDocument,
  budget: WorkBudget,
  keep: (bytes: number) => boolean,
): Extracted | { readonly fault: ProviderError } | 'nothing' {
  try {
    budget.spendSource(expression.length)
    const read = readExpression(expression)
    if ('fault' in read) {
      return { fault: fault('EXTRACT_EXPRESSION_INVALID', { object, expression, ...read.fault }) }
    }
    const json = document.reveal()
    if (json === undefined) return { fault: fault('EXTRACT_NOT_JSON', { object, expression }) }
    const result = evaluate(read.node, json.value, budget)
    if (result === null && optional === true) return 'nothing'
    const text = result === null ? undefined : textOf(result, format, budget)
    const found = withArticle(jmesType(result))
    if (text !== undefined) {
      const kept = keep(Buffer.byteLength(text)) ? text : ''
      return { content: new Sensitive(new TextEncoder().encode(kept)), found }
    }
    return { fault: fault('EXTRACT_NOT_STRING', { object, expression, found }) }
  } catch (error) {
    return { fault: evaluationFault(object, expression, error) }
  }
}

function textOf(value: unknown, format: Wanted['format'], budget: WorkBudget): string | undefined {
  if (format === 'json') return jsonText(value, budget)
  if (format === 'yaml') return yamlText(value, budget)
  return scalarText(value)
}

/** Only our own faults are known to hold no data; of anything else (a full stack, say) the text is dropped. */
function evaluationFault(object: string, expression: string, error: unknown): ProviderError {
  if (error instanceof JmesFault) {
    return fault('EXTRACT_FAILED', { object, expression, reason: error.message })
  }
  const reason = error instanceof CostFault ? error.message : 'it cannot be evaluated'
  return fault('EXTRACT_TOO_COSTLY', { object, expression, reason })
}
