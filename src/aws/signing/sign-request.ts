import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'

/** A POST as AWS's JSON services take it: no query, and a body that is at hand. */
export interface SignableRequest {
  /** As in the header of that name, with a port that is not 443. */
  readonly host: string
  /** As it goes over the wire. */
  readonly path: string
  /** All are signed; names in lower case. Never changed: what follows from an object that was seen before is kept. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The credentials that a signature is made with. */
export interface SigningIdentity {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** Signs requests to one service of one region as one identity, at a time of the caller's. */
export type Signer = (request: SignableRequest, time: Date) => Readonly<Record<string, string>>

/** Gives the signer of one identity for a service and region. */
export type SignerSource = (service: string, region: string) => Signer

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
  const prepared = new WeakMap<SignableRequest['headers'], Prepared>()
  let key: { readonly day: string; readonly object: KeyObject } | undefined
  return ({ host, path, headers, body }, time) => {
    const stamp = stampOf(time)
    const day = stamp.slice(0, 8)
    if (key?.day !== day) key = { day, object: keyOfDay(secretAccessKey, [day, region, service]) }
    let parts = prepared.get(headers)
    if (parts?.host !== host || parts.path !== path) {
      parts = prepare(host, path, headers, sessionToken)
      prepared.set(headers, parts)
    }
    const canonical = `${parts.before}${stamp}${parts.after}${hash('sha256', body)}`
    const scope = `${day}/${region}/${service}/aws4_request`
    const text = `AWS4-HMAC-SHA256\n${stamp}\n${scope}\n${hash('sha256', canonical)}`
    const signature = createHmac('sha256', key.object).update(text).digest('hex')
    return {
      ...parts.signed,
      'x-amz-date': stamp,
      authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${parts.names}, Signature=${signature}`,
    }
  }
}

/** What is the same in all requests with the same headers: most of a canonical request, around its time. */
interface Prepared {
  readonly host: string
  readonly path: string
  readonly signed: Readonly<Record<string, string>>
  /** Names of the signed headers, as the signature lists them. */
  readonly names: string
  readonly before: string
  readonly after: string
}

function prepare(
  host: string,
  path: string,
  headers: SignableRequest['headers'],
  sessionToken: string | undefined,
): Prepared {
  const ofSession = sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }
  const signed: Record<string, string> = { ...headers, ...ofSession, host }
  const names = [...Object.keys(signed).filter((name) => name !== dateHeader), dateHeader].sort()
  const lineOf = (name: string) => `${name}:${oneSpaced(signed[name] ?? '')}\n`
  const at = names.indexOf(dateHeader)
  const linesBefore = names.slice(0, at).map(lineOf).join('')
  const linesAfter = names
    .slice(at + 1)
    .map(lineOf)
    .join('')
  const list = names.join(';')
  return {
    host,
    path,
    signed,
    names: list,
    before: `POST\n${canonicalPath(path)}\n\n${linesBefore}${dateHeader}:`,
    after: `\n${linesAfter}\n${list}\n`,
  }
}

const dateHeader = 'x-amz-date'

/** A time as AWS writes it: 20260102T030405Z. */
function stampOf(time: Date): string {
  const iso = time.toISOString()
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`
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
  return value.trim().replaceAll(/\s+/g, ' ')
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
