import type { Origin } from '../http-message.ts'

/** A proxy that opens tunnels by CONNECT. */
export interface HttpProxy extends Origin {
  /** Whether it is itself spoken to by TLS. */
  readonly secure: boolean
  /** The value of `proxy-authorization`, where its URL has a user. */
  readonly authorization?: string
}

/**
 * Reads a proxy variable as Go and curl do: `proxy:3128` is `http://proxy:3128`. Gives `undefined` for what is no URL of
 * a proxy that we can use: only http and https can.
 */
export function readProxy(text: string): HttpProxy | undefined {
  const url = proxyUrl(text)
  if (url === undefined) return undefined
  const secure = url.protocol === 'https:'
  const user = decoded(url.username)
  const password = decoded(url.password)
  return {
    secure,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
    ...(user === '' && password === ''
      ? {}
      : { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` }),
  }
}

/** The URL that a proxy variable means, its scheme added where it has none. */
export function proxyUrl(text: string): URL | undefined {
  const trimmed = text.trim()
  const url = URL.parse(/^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`)
  if (url === null || url.hostname === '') return undefined
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined
}

/** A user or password of a URL; one with a stray percent sign stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
