import { quote } from '../errors/kind.ts'
import { fault, type ProviderError } from '../errors/provider-error.ts'
import { isRecord } from '../json/is-record.ts'
import { plainKind, readPlainJson } from '../json/plain-json.ts'
import { Sensitive } from '../process/sensitive.ts'
import { tokensKey } from './pod-attributes.ts'
import { isToken } from './token.ts'

/** The tokens, and all that is wrong with them. */
export interface TokensRead {
  /** By audience. */
  readonly tokens: ReadonlyMap<string, Sensitive<string>>
  readonly faults: readonly ProviderError[]
}

/**
 * Reads the service account tokens that kubelet sends: JSON `{"<audience>":{"token","expirationTimestamp"}}`
 * in the attributes, in the secrets (Kubernetes 1.35 and later) or in both, where those in the secrets win.
 *
 * None at all is no fault here: the identity may ask Kubernetes for one. No fault holds any part of a token.
 */
export function readServiceAccountTokens(
  attributes: ReadonlyMap<string, string>,
  secrets: ReadonlyMap<string, string>,
): TokensRead {
  const tokens = new Map<string, Sensitive<string>>()
  const faults: ProviderError[] = []
  // Overlaid in this order, so that what the secrets say counts.
  for (const [source, values] of [['attributes', attributes] as const, ['secrets', secrets] as const]) {
    const reason = addTokens(values.get(tokensKey) ?? '', tokens)
    if (reason !== undefined) faults.push(fault('TOKENS_MALFORMED', { source, reason }))
  }
  return { tokens, faults }
}

/** Adds what `text` holds; gives what is wrong with it, if anything is. */
function addTokens(text: string, tokens: Map<string, Sensitive<string>>): string | undefined {
  if (text.trim() === '') return undefined
  const parsed = readPlainJson(text)
  if (parsed === undefined) return 'it is not JSON'
  if (parsed.value === null) return undefined
  if (!isRecord(parsed.value)) return `it is ${plainKind(parsed.value)}`
  for (const [audience, entry] of Object.entries(parsed.value)) {
    if (!isRecord(entry)) return `audience ${quote(audience)} has ${plainKind(entry)} where an object belongs`
    const token = Object.hasOwn(entry, 'token') ? entry.token : undefined
    if (token === undefined || token === '') continue
    if (typeof token !== 'string') return `the token of audience ${quote(audience)} is ${plainKind(token)}`
    if (!isToken(token)) {
      return `the token of audience ${quote(audience)} has characters that no token has`
    }
    tokens.set(audience, new Sensitive(token))
  }
  return undefined
}
