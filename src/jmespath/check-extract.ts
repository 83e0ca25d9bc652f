import type { ExtractDetails } from '../errors/content.ts'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import { expressionHint } from './expression-hint.ts'
import { canBeText, checkExpression } from './syntax.ts'
import type { SyntaxFault } from './tokens.ts'

type Verdict = SyntaxFault | 'never' | undefined

/** Tells what is wrong with a jmesPath of an object, whatever the object's value will be. */
export type CheckExtract = (about: ExtractDetails, hasFormat: boolean) => ProviderError | undefined

/**
 * Makes the check of jmesPath expressions for one SecretProviderClass: what cannot be read, and what can never be
 * mounted. Each expression is read once: aliases of YAML can repeat a long one thousands of times.
 */
export function createExtractCheck(): CheckExtract {
  const known = new Map<string, { readonly verdict: Verdict }>()
  return (about, hasFormat) => {
    const { expression } = about
    const entry = known.get(expression) ?? { verdict: check(expression) }
    known.set(expression, entry)
    const { verdict } = entry
    if (verdict === undefined) return undefined
    // With a format lists and maps are mounted as well.
    if (verdict === 'never') {
      return hasFormat ? undefined : fault('EXTRACT_NEVER_STRING', about)
    }
    return fault('EXTRACT_EXPRESSION_INVALID', { ...about, ...verdict })
  }
}

function check(expression: string): Verdict {
  const wrong = checkExpression(expression)
  if (wrong === undefined) return canBeText(expression) ? undefined : 'never'
  const hint = expressionHint(expression)
  return hint === undefined ? wrong : { ...wrong, reason: `${wrong.reason} (${hint})` }
}
