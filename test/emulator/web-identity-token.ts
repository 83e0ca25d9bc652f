import type { JsonWebKey } from 'node:crypto'
import { createHmac, createPublicKey, timingSafeEqual, verify } from 'node:crypto'
import { Refusal } from './answer.ts'
import type { Issuer } from './world.ts'

export interface TokenWish {
  readonly namespace: string
  readonly serviceAccount: string
  readonly audience: string | readonly string[]
  /** Seconds from now, default 3600; negative for a token that is expired already. */
  readonly seconds?: number
  readonly pod?: { readonly name: string; readonly uid: string }
  readonly issuer?: string
}

/** The claims of a service account token that matter here. */
export interface TokenClaims {
  readonly issuer: string
  readonly subject: string
  readonly audience: readonly string[]
  /** Unix seconds. */
  readonly expires: number
  readonly podName: string | undefined
}

export const emulatorIssuer = 'https://oidc.eks.us-east-1.amazonaws.com/id/EMULATOR'

/** Makes a service account token with the claims that Kubernetes writes, signed HS256 with the emulator's key. */
export function mintToken(wish: TokenWish, key: string, nowSeconds: number): string {
  const issued = Math.floor(nowSeconds)
  const claims = {
    aud: typeof wish.audience === 'string' ? [wish.audience] : wish.audience,
    exp: issued + (wish.seconds ?? 3600),
    iat: issued,
    nbf: issued,
    iss: wish.issuer ?? emulatorIssuer,
    'kubernetes.io': {
      namespace: wish.namespace,
      ...(wish.pod === undefined ? {} : { pod: wish.pod }),
      serviceaccount: { name: wish.serviceAccount },
    },
    sub: `system:serviceaccount:${wish.namespace}:${wish.serviceAccount}`,
  }
  const text = `${part({ alg: 'HS256', kid: 'emulator', typ: 'JWT' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/**
 * Reads and verifies a token; expiry and audience are for the caller to judge.
 *
 * @throws Refusal InvalidIdentityToken in the words of STS.
 */
export function readToken(
  token: string,
  key: string,
  issuers: Readonly<Record<string, Issuer>>,
): TokenClaims {
  const [header, payload, signature, ...more] = token.split('.')
  const algorithm = parsePart(header)?.alg
  const keyId = parsePart(header)?.kid
  const claims = parsePart(payload)
  const issuer = claims?.iss
  if (signature === undefined || more.length > 0 || claims === undefined || typeof issuer !== 'string') {
    throw invalid(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    )
  }
  const text = Buffer.from(`${header}.${payload}`)
  const signatureBytes = Buffer.from(signature, 'base64url')
  const known = Object.hasOwn(issuers, issuer) ? issuers[issuer] : undefined
  if (known !== undefined) {
    const keys = known.keys?.filter((candidate) => keyId === undefined || candidate.kid === keyId)
    if (
      keys !== undefined &&
      !keys.some((candidate) => verifies(candidate, algorithm, text, signatureBytes))
    ) {
      throw invalid(unverifiable)
    }
  } else if (issuer === emulatorIssuer) {
    const expected = createHmac('sha256', key).update(text).digest()
    if (signatureBytes.length !== expected.length || !timingSafeEqual(signatureBytes, expected)) {
      throw invalid(unverifiable)
    }
  } else {
    throw invalid(`No OpenIDConnect provider found in your account for ${issuer}`)
  }
  const audience = claims.aud
  const kubernetes = claims['kubernetes.io']
  const pod = isRecord(kubernetes) && isRecord(kubernetes.pod) ? kubernetes.pod.name : undefined
  return {
    issuer,
    subject: typeof claims.sub === 'string' ? claims.sub : '',
    audience: Array.isArray(audience) ? audience.map(String) : [String(audience)],
    expires: Number(claims.exp ?? 0),
    podName: typeof pod === 'string' ? pod : undefined,
  }
}

/** `namespace:serviceAccount` of a service account's subject, or undefined for another subject. */
export function workloadOf(subject: string): { namespace: string; serviceAccount: string } | undefined {
  const [, namespace, serviceAccount] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(subject) ?? []
  return namespace === undefined || serviceAccount === undefined ? undefined : { namespace, serviceAccount }
}

const unverifiable =
  "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements"

function invalid(message: string): Refusal {
  return new Refusal('InvalidIdentityToken', message)
}

function parsePart(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(text ?? '', 'base64url').toString())
    return isRecord(value) ? value : undefined
  } catch {
    return undefined // Not JSON: the caller refuses the token.
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function verifies(
  jwk: Readonly<Record<string, unknown>>,
  algorithm: unknown,
  text: Buffer,
  signature: Buffer,
): boolean {
  const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
  if (algorithm === 'RS256' && key.asymmetricKeyType === 'rsa') {
    return verify('sha256', text, key, signature)
  }
  return (
    algorithm === 'ES256' &&
    key.asymmetricKeyType === 'ec' &&
    verify('sha256', text, { key, dsaEncoding: 'ieee-p1363' }, signature)
  )
}
