import { createHash, createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { Refusal } from './answer.ts'
import type { Credentials } from './sessions.ts'

export interface SignedRequest {
  readonly method: string
  /** Path and query as they came. */
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  readonly service: string
  readonly region: string
}

export interface SignatureVerifier {
  /**
   * Says who signed the request, after Signature Version 4 with all that AWS checks: key, token, expiry,
   * clock, scope, signature.
   *
   * @throws Refusal with the code of the JSON services and AWS's words.
   */
  verify(request: SignedRequest, now: number): Credentials
}

const skew = 300_000
const maximumKeys = 10_000

/** Makes a verifier that looks credentials up with `find` and keeps derived signing keys. */
export function createSignatureVerifier(
  find: (accessKeyId: string) => Credentials | undefined,
): SignatureVerifier {
  const signingKeys = new Map<string, Buffer>()

  function signingKey(credentials: Credentials, date: string, region: string, service: string): Buffer {
    const name = `${credentials.secretAccessKey}/${date}/${region}/${service}`
    const known = signingKeys.get(name)
    if (known !== undefined) {
      return known
    }
    if (signingKeys.size >= maximumKeys) {
      signingKeys.clear()
    }
    const key = [date, region, service, 'aws4_request'].reduce<Buffer>(
      (previous, part) => hmac(previous, part),
      Buffer.from(`AWS4${credentials.secretAccessKey}`),
    )
    signingKeys.set(name, key)
    return key
  }

  return {
    verify(request, now) {
      const authorization = readAuthorization(request.headers.authorization)
      const [accessKeyId = '', date = '', region = '', service = ''] = authorization.scope
      const credentials = find(accessKeyId)
      if (credentials === undefined || credentials.sessionToken !== request.headers['x-amz-security-token']) {
        throw new Refusal(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
        )
      }
      if (credentials.expires <= now) {
        throw new Refusal('ExpiredTokenException', 'The security token included in the request is expired')
      }
      if (service !== request.service) {
        throw wrong(`Credential should be scoped to correct service: '${request.service}'. `)
      }
      if (region !== request.region) {
        throw wrong('Credential should be scoped to a valid region. ')
      }
      const time = String(request.headers['x-amz-date'] ?? '')
      checkClock(time, date, now)
      const scope = `${date}/${region}/${service}/aws4_request`
      const canonical = sha256(canonicalRequest(request, authorization.signedHeaders))
      const text = `AWS4-HMAC-SHA256\n${time}\n${scope}\n${canonical}`
      const expected = hmac(signingKey(credentials, date, region, service), text).toString('hex')
      if (expected !== authorization.signature) {
        throw wrong(
          'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
        )
      }
      return credentials
    },
  }
}

interface Authorization {
  /** Access key id, date, region, service, `aws4_request`. */
  readonly scope: readonly string[]
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

/** The parts of the Authorization header; @throws Refusal when there is none or it is not Signature Version 4. */
export function readAuthorization(header: string | undefined): Authorization {
  if (header === undefined) {
    throw new Refusal('MissingAuthenticationTokenException', 'Missing Authentication Token')
  }
  const [, credential, signedHeaders, signature] =
    /^AWS4-HMAC-SHA256 Credential=([^, ]+), ?SignedHeaders=([^, ]+), ?Signature=([0-9a-f]+)$/.exec(header) ??
    []
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    throw new Refusal(
      'IncompleteSignatureException',
      "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters.",
    )
  }
  return { scope: credential.split('/'), signedHeaders: signedHeaders.split(';'), signature }
}

function checkClock(time: string, date: string, now: number): void {
  const signed = Date.parse(time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'))
  if (Number.isNaN(signed)) {
    throw new Refusal('IncompleteSignatureException', 'Date must be in ISO-8601 basic format.')
  }
  if (!time.startsWith(date)) {
    throw wrong('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.')
  }
  if (signed < now - skew) {
    const bound = compact(now - skew)
    throw wrong(`Signature expired: ${time} is now earlier than ${bound} (${compact(now)} - 5 min.)`)
  }
  if (signed > now + skew) {
    const bound = compact(now + skew)
    throw wrong(`Signature not yet current: ${time} is still later than ${bound} (${compact(now)} + 5 min.)`)
  }
}

function compact(time: number): string {
  return new Date(time).toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

function canonicalRequest(request: SignedRequest, signedHeaders: readonly string[]): string {
  const [path = '/', query = ''] = request.url.split('?', 2)
  const headers = signedHeaders.map((name) => {
    const value = request.headers[name]
    const text = Array.isArray(value) ? value.join(',') : (value ?? '')
    return `${name}:${text.trim().replaceAll(/ +/g, ' ')}\n`
  })
  const sorted = query === '' ? '' : query.split('&').sort().join('&')
  return `${request.method}\n${path}\n${sorted}\n${headers.join('')}\n${signedHeaders.join(';')}\n${sha256(request.body)}`
}

function wrong(message: string): Refusal {
  return new Refusal('InvalidSignatureException', message)
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
