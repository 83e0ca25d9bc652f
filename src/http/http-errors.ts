/** A peer that said nothing within its time, as opposed to one that refused or broke off. */
export class SilenceError extends Error {
  override readonly name = 'SilenceError'
}

/** The connection was closed under a request that went out on a pooled one: the server had hung up already. */
export class StaleSocketError extends Error {
  override readonly name = 'StaleSocketError'
}

/** What came is not HTTP/1.1, or more than we are willing to hold. Its message says which rule, never a byte of it. */
export class MalformedReply extends Error {
  override readonly name = 'MalformedReply'
  readonly code = 'MALFORMED_REPLY'
}
