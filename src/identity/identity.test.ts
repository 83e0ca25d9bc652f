import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sensitive } from '../process/sensitive.ts'
import {
  type AssumedRole,
  type Identity,
  type PodIdentity,
  sessionKey,
  type WebIdentity,
} from './identity.ts'

const web: WebIdentity = {
  kind: 'irsa',
  namespace: 'shop',
  serviceAccount: 'till',
  partition: 'aws',
  roleArn: 'arn:aws:iam::111122223333:role/till',
  token: new Sensitive('a token'),
}
const agent: PodIdentity = {
  kind: 'podIdentity',
  namespace: 'shop',
  serviceAccount: 'till',
  partition: 'aws',
  podUid: '0d2b',
  addressType: 'auto',
  token: new Sensitive('a token'),
}

const chained: AssumedRole = {
  kind: 'assumedRole',
  base: web,
  role: {
    roleArn: 'arn:aws:iam::444455556666:role/vault',
    externalId: 'an id',
    durationSeconds: 900,
  },
}
const withRole = (change: Partial<AssumedRole['role']>): AssumedRole => ({
  ...chained,
  role: { ...chained.role, ...change },
})
const { externalId: _, ...withoutId } = chained.role
const { durationSeconds: __, ...withoutDuration } = chained.role

// Whatever decides what AWS would answer must change the key: else one workload reads as another.
const matters: readonly (readonly [field: string, one: Identity, other: Identity])[] = [
  ['namespace', web, { ...web, namespace: '' }],
  ['serviceAccount', web, { ...web, serviceAccount: '' }],
  ['partition', web, { ...web, partition: '' }],
  ['roleArn', web, { ...web, roleArn: '' }],
  ['namespace (Pod Identity)', agent, { ...agent, namespace: '' }],
  ['serviceAccount (Pod Identity)', agent, { ...agent, serviceAccount: '' }],
  ['partition (Pod Identity)', agent, { ...agent, partition: '' }],
  ['podUid', agent, { ...agent, podUid: '' }],
  ['kind', { ...web, roleArn: 'x' }, { ...agent, podUid: 'x' }],
  ['the role to assume', chained, withRole({ roleArn: 'arn:aws:iam::444455556666:role/other' })],
  ['the account of the role to assume', chained, withRole({ roleArn: 'arn:aws:iam::1:role/vault' })],
  ['the external id', chained, withRole({ externalId: 'AN ID' })],
  ['the external id, which one lacks', chained, { ...chained, role: withoutId }],
  ['the duration', chained, withRole({ durationSeconds: 901 })],
  ['the duration, which one lacks', chained, { ...chained, role: withoutDuration }],
  ['the base role', chained, { ...chained, base: { ...web, roleArn: '' } }],
  ['the namespace of the base', chained, { ...chained, base: { ...web, namespace: '' } }],
  ['the service account of the base', chained, { ...chained, base: { ...web, serviceAccount: '' } }],
  ['the partition', chained, { ...chained, base: { ...web, partition: 'aws-cn' } }],
  ['the pod of the base', { ...chained, base: agent }, { ...chained, base: { ...agent, podUid: '' } }],
  ['the kind of the base', chained, { ...chained, base: agent }],
  ['the role being assumed or not', chained, web],
  [
    'the border of two fields of a chain',
    withRole({ externalId: 'a","b' }),
    withRole({ roleArn: `${chained.role.roleArn}","a`, externalId: 'b' }),
  ],
  [
    'the border of two fields',
    { ...web, namespace: 'a"b', serviceAccount: 'c' },
    { ...web, namespace: 'a', serviceAccount: 'b"c' },
  ],
]

for (const [field, one, other] of matters) {
  test(`a session is not shared when ${field} differs`, () => {
    assert.notEqual(sessionKey(one), sessionKey(other))
  })
}

test('a session is shared whatever the token and the address of the agent', () => {
  assert.equal(sessionKey(web), sessionKey({ ...web, token: new Sensitive('another') }))
  assert.equal(
    sessionKey(agent),
    sessionKey({ ...agent, token: new Sensitive('another'), addressType: 'ipv6' }),
  )
})
