import { quote } from '../errors/kind.ts'
import type { Sensitive } from '../process/sensitive.ts'

/** The agent's own sentence in two forms. */
export interface AgentMessage {
  /** For the error's text: quoted, the same at every try; empty when the agent said nothing. */
  readonly text: string
  /** For the log: with request ids, still without the token. */
  readonly whole: string
}

/**
 * What the Pod Identity agent says of an error.
 *
 * It answers with plain text like `[<request id>]: (ResourceNotFoundException): …`; JSON with `Code` and `Message`
 * (any case) is read too. A token must not come back through an error: it, each of its parts and anything that
 * looks like one are masked. Request ids leave the text, for Kubernetes folds events only when they are equal.
 */
export function agentMessage(body: string, token: Sensitive<string>): AgentMessage {
  const whole = withoutToken(fromJson(body) ?? body, token.reveal())
    .trim()
    .slice(0, 1_000)
  const words = trimmed(whole.replace(requestId, ''))
  return { text: words === '' ? '' : quote(words), whole }
}

/** Without the spaces, colons and commas around it. */
function trimmed(text: string): string {
  let end = text.length
  while (end > 0 && /[\s:,]/.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end).replace(/^[\s:,]+/, '')
}

const requestId = /\[?(?:request ?id:? *)?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\]?/gi

function withoutToken(text: string, token: string): string {
  const parts = [token, ...token.split('.').filter((part) => part.length >= 12)]
  const masked = parts.reduce((rest, part) => (part === '' ? rest : rest.replaceAll(part, mask)), text)
  return masked.replace(/eyJ[\w-]{8,}(?:\.[\w-]*)*/g, mask)
}

const mask = '[redacted]'

function fromJson(body: string): string | undefined {
  let answer: unknown
  try {
    answer = JSON.parse(body)
  } catch {
    return undefined
  }
  if (typeof answer !== 'object' || answer === null) return undefined
  const fields = new Map(Object.entries(answer).map(([key, value]) => [key.toLowerCase(), value]))
  const words = [fields.get('code'), fields.get('message')].filter((value) => typeof value === 'string')
  return words.length === 0 ? undefined : words.join(': ')
}
