import {
  ConnectionError,
  isReplyTooLarge,
  MalformedReply,
  TransportError,
  TunnelRefused,
} from '../../http/transport-errors.ts'

/** Whether an error is one of a connection: ours, or Node's with a code of the system, TLS or the proxy. */
export function isNetworkError(error: Error): boolean {
  if (error instanceof TransportError) return true
  return typeof (error as NodeJS.ErrnoException).code === 'string' && !(error instanceof TypeError)
}

/** What the error of a connection means to people, and the code that goes with it. */
export function networkSentence(error: Error): { readonly code: string; readonly sentence: string } {
  const code = codeOf(error)
  if (error instanceof TunnelRefused) return { code, sentence: error.message }
  // Node's agents open tunnels of their own, for whoever looks at the way by one.
  const { statusCode } = error as { readonly statusCode?: unknown }
  if (code === 'ERR_PROXY_TUNNEL' && typeof statusCode === 'number')
    return { code, sentence: new TunnelRefused(statusCode, false).message }
  if (isReplyTooLarge(error)) return { code, sentence: 'the answer is too large' }
  if (error instanceof MalformedReply) return { code, sentence: 'the answer is not valid HTTP' }
  const toProxy = error instanceof ConnectionError && error.peer === 'proxy'
  return { code, sentence: toProxy ? proxySentence(code) : (hostSentences[code] ?? unnamed(code)) }
}

/** Node's agent has a time of its own for a tunnel, and says so in its message alone. */
function codeOf(error: Error): string {
  const { code = error.name } = error as NodeJS.ErrnoException
  return code === 'ERR_PROXY_TUNNEL' && /timed out/.test(error.message) ? 'ETIMEDOUT' : code
}

const hostSentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'the host name does not resolve',
  EAI_AGAIN: 'the host name cannot be resolved now',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'the network is unreachable',
  ERR_PROXY_TUNNEL: 'the proxy refused the connection',
  ETIMEDOUT: 'the connection timed out',
}

const proxySentences: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection to the proxy was refused',
  ECONNRESET: 'the proxy closed the connection without an answer',
  EPIPE: 'the proxy closed the connection without an answer',
  ENOTFOUND: "the proxy's host name does not resolve",
  EAI_AGAIN: "the proxy's host name cannot be resolved now",
  EHOSTUNREACH: 'there is no route to the proxy',
  ENETUNREACH: 'the network of the proxy is unreachable',
  ETIMEDOUT: 'the connection to the proxy timed out',
}

function proxySentence(code: string): string {
  return proxySentences[code] ?? unnamed(code, 'proxy')
}

function unnamed(code: string, peer: 'server' | 'proxy' = 'server'): string {
  if (/CERT|SELF_SIGNED|LEAF|ISSUER/.test(code))
    return `the ${peer}'s certificate is not trusted (${code}): name its CA in AWS_CA_BUNDLE`
  return peer === 'proxy' ? `the connection to the proxy failed (${code})` : `the connection failed (${code})`
}
