import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AwsFailure, type FailureKind } from '../aws/failures/failure.ts'
import type { ErrorCode } from '../errors/provider-error.ts'
import { storeFault } from './store-fault.ts'

const role = 'role arn:aws:iam::111122223333:role/shop'
const user = 'User: arn:aws:sts::111122223333:assumed-role/shop is not authorized to perform:'

interface Case {
  readonly sentence: string
  readonly service?: 'secretsmanager' | 'ssm'
  readonly kind?: FailureKind
  readonly awsCode: string
  readonly message: string
  readonly code: ErrorCode
  /** What the error must say beside AWS's own words. */
  readonly says: RegExp
}

const cases: readonly Case[] = [
  {
    sentence: 'a role without the right names action, object and role',
    awsCode: 'AccessDeniedException',
    message: `${user} secretsmanager:GetSecretValue on resource: MySecret because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    code: 'ACCESS_DENIED',
    says: /Secrets Manager in us-east-1 refused object "MySecret": .*; allow secretsmanager:GetSecretValue on it for role arn:aws:iam::111122223333:role\/shop in an identity-based policy$/,
  },
  {
    sentence: 'a service control policy that does not allow is not the role to change',
    awsCode: 'AccessDeniedException',
    message: `${user} secretsmanager:GetSecretValue on resource: MySecret because no service control policy allows the secretsmanager:GetSecretValue action`,
    code: 'ACCESS_DENIED',
    says: /allow secretsmanager:GetSecretValue on it for role \S+ in a service control policy$/,
  },
  {
    sentence: 'an explicit denial by a service control policy says that an allow does not help',
    awsCode: 'AccessDeniedException',
    message: `${user} secretsmanager:GetSecretValue on resource: MySecret with an explicit deny in a service control policy`,
    code: 'ACCESS_DENIED_EXPLICITLY',
    says: /a service control policy denies secretsmanager:GetSecretValue for role \S+: an allow elsewhere does not help$/,
  },
  {
    sentence: 'an explicit denial of the key names the key’s action',
    service: 'ssm',
    awsCode: 'AccessDeniedException',
    message: `${user} kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/k with an explicit deny in a resource-based policy`,
    code: 'ACCESS_DENIED_EXPLICITLY',
    says: /a resource-based policy denies kms:Decrypt for role/,
  },
  {
    sentence: 'the key of a secret',
    awsCode: 'AccessDeniedException',
    message: 'Access to KMS is not allowed',
    code: 'KMS_ACCESS_DENIED',
    says: /allow kms:Decrypt on the KMS key of the object for role/,
  },
  {
    sentence: 'the key of a parameter',
    service: 'ssm',
    awsCode: 'AccessDeniedException',
    message:
      'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    code: 'KMS_ACCESS_DENIED',
    says: /Parameter Store in us-east-1 refused .* allow kms:Decrypt/,
  },
  {
    sentence: 'a refusal without words names the usual action',
    service: 'ssm',
    awsCode: 'AccessDeniedException',
    message: 'Access denied',
    code: 'ACCESS_DENIED',
    says: /allow ssm:GetParameters on it for role \S+$/,
  },
  {
    sentence: 'a missing secret',
    awsCode: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret.",
    code: 'OBJECT_NOT_FOUND',
    says: /does not have object "MySecret"/,
  },
  {
    sentence: 'a missing version',
    awsCode: 'ResourceNotFoundException',
    message: "Secrets Manager can't find the specified secret value for VersionId: x",
    code: 'OBJECT_NOT_FOUND',
    says: /VersionId/,
  },
  {
    sentence: 'a secret marked for deletion',
    awsCode: 'InvalidRequestException',
    message: "You can't perform this operation on the secret because it was marked for deletion.",
    code: 'OBJECT_REFUSED',
    says: /marked for deletion/,
  },
  {
    sentence: 'a disabled key',
    service: 'ssm',
    awsCode: 'InvalidKeyId',
    message: 'arn:aws:kms:us-east-1:111122223333:key/k is disabled.',
    code: 'OBJECT_REFUSED',
    says: /InvalidKeyId: arn:aws:kms:\S+ is disabled/,
  },
  {
    sentence: 'expired credentials',
    awsCode: 'ExpiredTokenException',
    message: 'The security token included in the request is expired',
    code: 'CREDENTIALS_REFUSED',
    says: /the credentials of role \S+ are not accepted$/,
  },
  {
    sentence: 'unknown credentials',
    awsCode: 'UnrecognizedClientException',
    message: 'The security token included in the request is invalid.',
    code: 'CREDENTIALS_REFUSED',
    says: /not accepted$/,
  },
  {
    sentence: 'throttling',
    kind: 'throttling',
    awsCode: 'ThrottlingException',
    message: 'Rate exceeded',
    code: 'STORE_THROTTLED',
    says: /throttled the read of object "MySecret"/,
  },
  {
    sentence: 'a server error',
    kind: 'server',
    awsCode: 'HTTP 503',
    message: 'the answer cannot be read',
    code: 'STORE_UNAVAILABLE',
    says: /failed on object "MySecret": HTTP 503/,
  },
  {
    sentence: 'no connection',
    kind: 'network',
    awsCode: 'ECONNREFUSED',
    message: 'the connection was refused',
    code: 'STORE_UNREACHABLE',
    says: /cannot be reached for object "MySecret": the connection was refused \(ECONNREFUSED\)$/,
  },
]

for (const { sentence, service = 'secretsmanager', kind = 'client', awsCode, message, code, says } of cases) {
  test(`${sentence}: ${code}`, () => {
    const call = { service, region: 'us-east-1', operation: 'Get' }
    const error = storeFault(new AwsFailure(call, kind, awsCode, message), 'MySecret', role)
    assert.equal(error.code, code)
    assert.match(error.message, says)
    assert.ok(error.message.includes(awsCode), 'AWS’s code is there')
    assert.ok(error.message.includes(message), 'AWS’s words are there')
  })
}

for (const [message, why] of [
  ['Access denied', 'AWS answers so also of an object that is missing where no policy names it'],
  [
    `${user} secretsmanager:GetSecretValue on resource: s with an explicit deny in a service control policy`,
    'a denial does not say that the object is missing',
  ],
  ['Access to KMS is not allowed', 'the object is there'],
] as const) {
  test(`a denial says why optional does not help: ${why}`, () => {
    const call = { service: 'secretsmanager', region: 'us-east-1', operation: 'GetSecretValue' } as const
    const failure = new AwsFailure(call, 'client', 'AccessDeniedException', message)
    const told = (optional: boolean) => storeFault(failure, 's', role, { optional }).message
    assert.equal(told(true), `${told(false)}; optional does not help: ${why}`)
  })
}

const several = { service: 'secretsmanager', region: 'us-east-1', operation: 'BatchGetSecretValue' } as const
const refusals: readonly (readonly [sentence: string, message: string, isQuery: boolean, says: RegExp])[] = [
  [
    'without the right to read several',
    `${user} secretsmanager:BatchGetSecretValue because no identity-based policy allows the secretsmanager:BatchGetSecretValue action`,
    false,
    /refused to read several secrets at once: .*; allow secretsmanager:BatchGetSecretValue on \* for role \S+ in an identity-based policy, or remove batchReads$/,
  ],
  [
    'whose organization denies it',
    `${user} secretsmanager:BatchGetSecretValue with an explicit deny in a service control policy`,
    false,
    /; a service control policy denies secretsmanager:BatchGetSecretValue for role \S+: an allow elsewhere does not help; remove batchReads$/,
  ],
  [
    'that may not list what a query finds',
    `${user} secretsmanager:ListSecrets because no identity-based policy allows the secretsmanager:ListSecrets action`,
    true,
    /refused query "MySecret": .*; allow secretsmanager:ListSecrets on \* for role .*, or mount its secrets by their names$/,
  ],
]
for (const [sentence, message, isQuery, says] of refusals) {
  test(`a role ${sentence}: BATCH_ACCESS_DENIED`, () => {
    const failure = new AwsFailure(several, 'client', 'AccessDeniedException', message)
    const error = storeFault(failure, 'MySecret', role, { isQuery })
    assert.equal(error.code, 'BATCH_ACCESS_DENIED')
    assert.match(error.message, says)
  })
}

test('a member of a set is named with the set', () => {
  const failure = new AwsFailure(several, 'client', 'DecryptionFailure', 'no')
  const { message } = storeFault(failure, 'app/db', role, { set: 'mine' })
  assert.match(message, /refused object "app\/db" of "mine": DecryptionFailure: no$/)
})
