import { isRecord } from '../json/is-record.ts'
import { readPlainJson } from '../json/plain-json.ts'
import type { Sensitive } from '../process/sensitive.ts'

/** Tells whether a text can be a token: it goes into a header as it is, so nothing but visible ASCII may be in it. */
export function isToken(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

/**
 * What a token says of itself, unverified; empty when it is no JWT. Claims are a stranger's: check before you show
 * one. Source: RFC 7519.
 */
export function tokenClaims(token: Sensitive<string>): Readonly<Record<string, unknown>> {
  const payload = Buffer.from(token.reveal().split('.')[1] ?? '', 'base64url').toString()
  const claims = readPlainJson(payload)?.value
  // Whoever is shown the token says what is wrong with it.
  return isRecord(claims) ? claims : {}
}
