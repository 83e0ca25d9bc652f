import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'

/** A POST as AWS's JSON services take it: no query, and a body that is at hand. */
export interface SignableRequest {
  /** As in the header of that name, with a port that is not 443. */
  readonly host: string
  /** As it goes over the wire. */
  readonly path: string
  /** All are signed; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface SigningIdentity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** Signs requests to one service of one region as one identity, at a time of the caller's. */
export type Signer = (request: SignableRequest, time: Date) => Readonly<Record<string, string>>

/**
 * Makes AWS Signature Version 4 for one identity, service and region; a signer gives all headers of the request,
 * `authorization` among them.
 *
 * By hand, since the SDK's signer takes seven times the CPU (docs/performance.md); a test holds the two against
 * each other. The key of the day is kept, as secret as the credentials that it comes from.
 * Source: IAM user guide, "Create a signed AWS API request".
 */
export function createSigner(identity: SigningIdentity, service: string, region: string): Signer {
  const { accessKeyId, secretAccessKey, sessionToken } = identity
  const ofSession = sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }
  let key: { readonly day: string; readonly object: KeyObject } | undefined
  return ({ host, path, headers, body }, time) => {
    const stamp = time.toISOString().replaceAll(/[-:]|\.\d{3}/g, '')
    const day = stamp.slice(0, 8)
    if (key?.day !== day) key = { day, object: keyOfDay(secretAccessKey, [day, region, service]) }
    const signed: Record<string, string> = { ...headers, ...ofSession, host, 'x-amz-date': stamp }
    const names = Object.keys(signed).sort()
    const lines = names.map((name) => `${name}:${oneSpaced(signed[name] ?? '')}\n`).join('')
    const canonical = `POST\n${canonicalPath(path)}\n\n${lines}\n${names.join(';')}\n${hash('sha256', body)}`
    const scope = `${day}/${region}/${service}/aws4_request`
    const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash('sha256', canonical)}`
    const signature = createHmac('sha256', key.object).update(text).digest('hex')
    signed.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
    return signed
  }
}

/** A KeyObject keeps the key out of sight, and spares each signature its import. */
function keyOfDay(secret: string, parts: readonly string[]): KeyObject {
  let key = createSecretKey(`AWS4${secret}`, 'utf8')
  for (const part of [...parts, 'aws4_request']) {
    key = createSecretKey(createHmac('sha256', key).update(part).digest())
  }
  return key
}

function oneSpaced(value: string): string {
  return /^\s|\s\s|\s$/.test(value) ? value.trim().replaceAll(/\s+/g, ' ') : value
}

/** What is encoded in the path already is encoded once more; all services but S3 want it so. */
function canonicalPath(path: string): string {
  if (path === '/') return path
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop()
    else if (segment !== '' && segment !== '.') segments.push(segment)
  }
  const normal = `/${segments.join('/')}${segments.length > 0 && path.endsWith('/') ? '/' : ''}`
  return encodeURIComponent(normal)
    .replaceAll('%2F', '/')
    .replaceAll(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}
