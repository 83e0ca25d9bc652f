import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsFailure, type FailureKind } from '../../aws/failures/failure.ts'
import type { ErrorCode } from '../../errors/provider-error.ts'
import { assumeRoleFault } from './assume-role-fault.ts'

const base = 'arn:aws:iam::111122223333:role/base'
const target = 'arn:aws:iam::444455556666:role/target'
const call = { service: 'sts', region: 'us-east-1', operation: 'AssumeRole' } as const
const user = 'User: arn:aws:sts::111122223333:assumed-role/base'
const denied = (action: string, rest = '') =>
  `${user} is not authorized to perform: ${action} on resource: ${target}${rest}`
const ofPolicy = (action: string) => ` because no identity-based policy allows the ${action} action`

const cases: readonly [
  code: string,
  kind: FailureKind,
  message: string,
  expected: ErrorCode,
  says: RegExp,
][] = [
  [
    'AccessDenied',
    'client',
    denied('sts:AssumeRole'),
    'ASSUME_ROLE_DENIED',
    /trust policy of .*target names .*base as principal.*sts:ExternalId.*assumeRoleExternalId is not set.*policy of .*base/,
  ],
  [
    'AccessDenied',
    'client',
    denied('sts:AssumeRole', ' because no role trust policy allows the sts:AssumeRole action'),
    'ASSUME_ROLE_DENIED',
    /trust policy/,
  ],
  [
    'AccessDenied',
    'client',
    denied('sts:AssumeRole', ' because no resource-based policy allows the sts:AssumeRole action'),
    'ASSUME_ROLE_DENIED',
    /trust policy/,
  ],
  [
    'AccessDenied',
    'client',
    denied('sts:AssumeRole', ofPolicy('sts:AssumeRole')),
    'ASSUME_ROLE_NOT_ALLOWED',
    /allow sts:AssumeRole on .*target for .*base in an identity-based policy/,
  ],
  [
    'AccessDenied',
    'client',
    denied('sts:AssumeRole', ' because no permissions boundary allows the sts:AssumeRole action'),
    'ASSUME_ROLE_NOT_ALLOWED',
    /in a permissions boundary/,
  ],
  [
    'AccessDenied',
    'client',
    denied('sts:TagSession'),
    'ASSUME_ROLE_TAGS_DENIED',
    /sts:TagSession beside sts:AssumeRole, in the trust policy of .*target and in its own policy/,
  ],
  [
    'AccessDenied',
    'client',
    denied('sts:TagSession', ofPolicy('sts:TagSession')),
    'ASSUME_ROLE_TAGS_DENIED',
    /sts:TagSession/,
  ],
  [
    'AccessDenied',
    'client',
    denied('sts:AssumeRole', ' with an explicit deny in a service control policy'),
    'ASSUME_ROLE_DENIED_EXPLICITLY',
    /a service control policy denies sts:AssumeRole to .*base/,
  ],
  [
    'AccessDenied',
    'client',
    denied('sts:TagSession', ' with an explicit deny in the role trust policy'),
    'ASSUME_ROLE_DENIED_EXPLICITLY',
    /the role trust policy denies sts:TagSession/,
  ],
  [
    'ValidationError',
    'client',
    'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    'ASSUME_ROLE_REFUSED',
    /1 hour session limit/,
  ],
  [
    'ExpiredToken',
    'client',
    'The security token included in the request is expired',
    'ASSUME_ROLE_CREDENTIALS_REFUSED',
    /credentials of .*base are not accepted/,
  ],
  ['Throttling', 'throttling', 'Rate exceeded', 'STS_THROTTLED', /throttled the exchange for role .*target/],
  ['HTTP 503', 'server', 'the answer cannot be read', 'STS_UNAVAILABLE', /failed for role .*target/],
  ['ENOTFOUND', 'network', 'the host name does not resolve', 'STS_UNREACHABLE', /reached for role .*target/],
]

for (const [code, kind, message, expected, says] of cases) {
  test(`${code} (${message.slice(60, 180)}) is ${expected}`, () => {
    const failure = new AwsFailure(call, kind, code, message)
    const error = assumeRoleFault(failure, { roleArn: target }, { name: 'role base', roleArn: base })
    assert.equal(error.code, expected)
    assert.match(error.message, says)
    assert.ok(error.message.includes(target), 'the role is there')
    if (kind === 'client') assert.ok(error.message.includes(base), 'who assumes it is there')
  })
}

test('of an agent’s credentials AWS’s sentence alone says whose they are', () => {
  const agent = { name: 'the Pod Identity association of service account shop/till' }
  const say = (message: string) =>
    assumeRoleFault(new AwsFailure(call, 'client', 'AccessDenied', message), { roleArn: target }, agent)
      .message
  assert.match(say(denied('sts:AssumeRole')), /names arn:aws:iam::111122223333:role\/base as principal/)
  assert.match(say('no'), /names the Pod Identity association of service account shop\/till as principal/)
})

test('an external id that was sent is told of, and not told', () => {
  const failure = new AwsFailure(call, 'client', 'AccessDenied', denied('sts:AssumeRole'))
  const { message } = assumeRoleFault(
    failure,
    { roleArn: target, externalId: 'canary-id' },
    { name: 'x', roleArn: base },
  )
  assert.match(message, /it must equal assumeRoleExternalId/)
  assert.doesNotMatch(message, /canary-id/)
})
