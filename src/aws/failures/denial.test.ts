import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readDenial } from './denial.ts'

const user = 'User: arn:aws:sts::111122223333:assumed-role/shop is not authorized to perform:'
const get = `${user} secretsmanager:GetSecretValue on resource: MySecret`
const scp = 'arn:aws:organizations::777788889999:policy/o-exampleorg/service_control_policy/p-examplepolicyid'

const cases: readonly [
  sentence: string,
  message: string,
  expected: Partial<ReturnType<typeof readDenial>>,
][] = [
  [
    'no policy of the role',
    `${get} because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    { action: 'secretsmanager:GetSecretValue', missing: 'an identity-based policy', aboutKey: false },
  ],
  [
    'no resource policy of another account',
    `${get} because no resource-based policy allows the secretsmanager:GetSecretValue action`,
    { action: 'secretsmanager:GetSecretValue', missing: 'a resource-based policy', aboutKey: false },
  ],
  [
    'a service control policy that does not allow',
    `${get} because no service control policy allows the secretsmanager:GetSecretValue action`,
    { action: 'secretsmanager:GetSecretValue', missing: 'a service control policy', aboutKey: false },
  ],
  [
    'a permissions boundary that does not allow',
    `${user} ssm:GetParameters on resource: arn:aws:ssm:us-east-1:111122223333:parameter/p because no permissions boundary allows the ssm:GetParameters action`,
    { action: 'ssm:GetParameters', missing: 'a permissions boundary', aboutKey: false },
  ],
  [
    'a VPC endpoint policy that does not allow',
    `${get} because no VPC endpoint policy allows the secretsmanager:GetSecretValue action`,
    { action: 'secretsmanager:GetSecretValue', missing: 'a VPC endpoint policy', aboutKey: false },
  ],
  [
    'a service control policy that denies',
    `${get} with an explicit deny in a service control policy`,
    { action: 'secretsmanager:GetSecretValue', denying: 'a service control policy', aboutKey: false },
  ],
  [
    'a service control policy that denies, with its ARN',
    `${get} with an explicit deny in a service control policy: ${scp}`,
    { action: 'secretsmanager:GetSecretValue', denying: 'a service control policy', aboutKey: false },
  ],
  [
    'a resource control policy that denies',
    `${get} with an explicit deny in a resource control policy`,
    { action: 'secretsmanager:GetSecretValue', denying: 'a resource control policy', aboutKey: false },
  ],
  [
    'a policy of the role that denies',
    `${get} with an explicit deny in an identity-based policy`,
    { action: 'secretsmanager:GetSecretValue', denying: 'an identity-based policy', aboutKey: false },
  ],
  [
    'a permissions boundary that denies',
    `${get} with an explicit deny in a permissions boundary`,
    { action: 'secretsmanager:GetSecretValue', denying: 'a permissions boundary', aboutKey: false },
  ],
  [
    'a denial in the older words',
    `${get} with an explicit deny`,
    { action: 'secretsmanager:GetSecretValue', denying: 'a policy', aboutKey: false },
  ],
  ['the key of a secret', 'Access to KMS is not allowed', { aboutKey: true }],
  [
    'the key of a parameter',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.',
    { aboutKey: true },
  ],
  [
    'the key, in the words of KMS',
    `${user} kms:Decrypt on resource: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab because no identity-based policy allows the kms:Decrypt action`,
    { action: 'kms:Decrypt', missing: 'an identity-based policy', aboutKey: true },
  ],
  [
    'a secret that is named after its KMS key',
    `${user} secretsmanager:GetSecretValue on resource: the/KMS key because no identity-based policy allows the secretsmanager:GetSecretValue action`,
    { action: 'secretsmanager:GetSecretValue', missing: 'an identity-based policy', aboutKey: false },
  ],
  [
    'the trust policy of a role',
    'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    { action: 'sts:AssumeRoleWithWebIdentity', aboutKey: false },
  ],
  ['nothing but the refusal', 'Access denied', { aboutKey: false }],
]

for (const [sentence, message, expected] of cases) {
  test(`a refusal tells ${sentence}`, () => assert.deepEqual(readDenial(message), expected))
}
