import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Sensitive } from '../process/sensitive.ts'
import { type Identity, type PodIdentity, sessionKey, type WebIdentity } from './identity.ts'

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
