import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsFailure, type FailureKind } from '../../aws/failures/failure.ts'
import type { ErrorCode } from '../../errors/provider-error.ts'
import { Sensitive } from '../../process/sensitive.ts'
import { stsFault } from './sts-fault.ts'

const issuer = 'https://oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE'
const claims = { sub: 'system:serviceaccount:default:shop', aud: ['sts.amazonaws.com'], iss: issuer }
const tokenOf = (payload: unknown) =>
  new Sensitive(`e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2lnbmF0dXJl`)
const identity = {
  kind: 'irsa',
  namespace: 'default',
  serviceAccount: 'shop',
  partition: 'aws',
  roleArn: 'arn:aws:iam::111122223333:role/shop',
  token: tokenOf(claims),
} as const
const toldClaims = new RegExp(
  `the token has subject system:serviceaccount:default:shop, audience sts\\.amazonaws\\.com and issuer ${issuer}`,
)

const cases: readonly [awsCode: string, kind: FailureKind, message: string, code: ErrorCode, says: RegExp][] =
  [
    [
      'AccessDenied',
      'client',
      'Not authorized to perform sts:AssumeRoleWithWebIdentity',
      'STS_ACCESS_DENIED',
      toldClaims,
    ],
    [
      'AccessDenied',
      'client',
      'User is not authorized to perform: sts:AssumeRoleWithWebIdentity on resource: arn:aws:iam::111122223333:role/shop with an explicit deny in a resource control policy',
      'STS_ACCESS_DENIED_EXPLICITLY',
      /a resource control policy denies it to service account default\/shop/,
    ],
    ['InvalidIdentityToken', 'client', 'Incorrect token audience', 'STS_TOKEN_NOT_TRUSTED', toldClaims],
    [
      'InvalidIdentityToken',
      'client',
      `No OpenIDConnect provider found in your account for ${issuer}`,
      'STS_TOKEN_NOT_TRUSTED',
      toldClaims,
    ],
    [
      'ExpiredTokenException',
      'client',
      'Token expired: current date/time <time> must be before the expiration date/time <time>',
      'STS_REFUSED',
      /service account default\/shop for role arn:aws:iam::111122223333:role\/shop/,
    ],
    [
      'RegionDisabledException',
      'client',
      'STS is not activated in this region for account:111122223333.',
      'STS_REFUSED',
      /not activated/,
    ],
    ['Throttling', 'throttling', 'Rate exceeded', 'STS_THROTTLED', /throttled/],
    ['HTTP 503', 'server', 'the answer cannot be read', 'STS_UNAVAILABLE', /failed for role/],
    ['ENOTFOUND', 'network', 'the host name does not resolve', 'STS_UNREACHABLE', /cannot be reached/],
  ]

const call = { service: 'sts', region: 'us-east-1', operation: 'AssumeRoleWithWebIdentity' } as const

for (const [awsCode, kind, message, code, says] of cases) {
  test(`${awsCode} (${message.slice(0, 40)}…) is ${code}`, () => {
    const error = stsFault(new AwsFailure(call, kind, awsCode, message), identity)
    assert.equal(error.code, code)
    assert.match(error.message, says)
    assert.ok(error.message.includes(identity.roleArn), 'the role is there')
    assert.doesNotMatch(error.message, /c2lnbmF0dXJl/)
  })
}

for (const [sentence, token] of [
  ['no JWT', new Sensitive('opaque')],
  ['a JWT of no object', tokenOf(null)],
  ['claims of other types', tokenOf({ sub: 1, aud: {}, iss: null })],
  ['claims with line ends', tokenOf({ sub: 'a\nb', aud: 'c d', iss: '\u001b[0m' })],
] as const) {
  test(`a token that is ${sentence} has unknown claims`, () => {
    const error = stsFault(new AwsFailure(call, 'client', 'AccessDenied', 'no'), { ...identity, token })
    assert.match(error.message, /subject unknown, audience unknown and issuer unknown/)
  })
}
