import { fault, type ProviderError } from '../errors/provider-error.ts'
import { Sensitive } from '../process/sensitive.ts'
import { evaluate } from './evaluate.ts'
import { withArticle } from './functions.ts'
import { readExpression } from './syntax.ts'
import { jmesType } from './values.ts'
import { type JmesBudget, JmesFault } from './work-budget.ts'

/** A secret's value as JSON data; undefined stands for a value that is not JSON. */
export type JsonDocument = Sensitive<{ readonly data: unknown } | undefined>

/** Reads a value (UTF-8) as JSON, once for all its extracts. */
export function readJsonDocument(content: Sensitive<Uint8Array>): JsonDocument {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(content.reveal())
    // JSON.parse makes `__proto__` a key like any other, and evaluation looks at own keys alone.
    return new Sensitive({ data: JSON.parse(text) })
  } catch {
    // A SyntaxError of JSON.parse quotes the value: it must not travel on, not even as a cause.
    return new Sensitive(undefined)
  }
}

/**
 * The string that a jmesPath expression finds in a document, as UTF-8 bytes; the empty string counts. `keep`
 * hears how many bytes it will have, and says whether they are wanted: a value of 64 KiB may be found thousands of
 * times. What is not wanted is given without its bytes.
 *
 * Gives a fault that names object and expression, never a value, for a bad expression, a document that is no
 * JSON, a wrong argument of a function, an expression too costly to run (the budget is the mount's), and a result that is no string.
 */
export function extract(
  object: string,
  expression: string,
  document: JsonDocument,
  budget: JmesBudget,
  keep: (bytes: number) => boolean,
): { readonly content: Sensitive<Uint8Array> } | { readonly fault: ProviderError } {
  try {
    budget.spendSource(expression.length)
    const read = readExpression(expression)
    if ('fault' in read) {
      return { fault: fault('EXTRACT_EXPRESSION_INVALID', { object, expression, ...read.fault }) }
    }
    const json = document.reveal()
    if (json === undefined) return { fault: fault('EXTRACT_NOT_JSON', { object, expression }) }
    const result = evaluate(read.node, json.data, budget)
    if (typeof result === 'string') {
      const kept = keep(Buffer.byteLength(result)) ? result : ''
      return { content: new Sensitive(new TextEncoder().encode(kept)) }
    }
    return {
      fault: fault('EXTRACT_NOT_STRING', { object, expression, found: withArticle(jmesType(result)) }),
    }
  } catch (error) {
    return { fault: evaluationFault(object, expression, error) }
  }
}

/** Only our own faults are known to hold no data; of anything else (a full stack, say) the text is dropped. */
function evaluationFault(object: string, expression: string, error: unknown): ProviderError {
  if (!(error instanceof JmesFault)) {
    return fault('EXTRACT_TOO_COSTLY', { object, expression, reason: 'it cannot be evaluated' })
  }
  const code = error.costly ? 'EXTRACT_TOO_COSTLY' : 'EXTRACT_FAILED'
  return fault(code, { object, expression, reason: error.message })
}
