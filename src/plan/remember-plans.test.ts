import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MountRequest } from '../request/mount-request.ts'
import { planMount } from './plan-mount.ts'
import { rememberPlans } from './remember-plans.ts'

const request: MountRequest = {
  pod: { name: 'till-0', namespace: 'shop', uid: '1', serviceAccount: 'till' },
  tokens: new Map(),
  targetPath: '/volume',
  defaultMode: 0o644,
  identityKind: 'irsa',
  addressType: 'auto',
  objects: '- {objectName: a/b, objectType: secretsmanager}',
}

test('a remembered plan is the one that planMount makes', () => {
  const plan = rememberPlans()
  plan(request, ['us-east-1'])
  assert.deepEqual(plan(request, ['us-east-1']), planMount(request, ['us-east-1']))
})

test('the same text is read once, whichever pod asks', () => {
  const plan = rememberPlans()
  const pod = { ...request.pod, namespace: 'other', serviceAccount: 'other' }
  assert.equal(plan(request, ['us-east-1']), plan({ ...request, pod }, ['us-east-1']))
})

// Whatever planMount looks at must be in the key: else a pod gets another class's files.
const others: readonly (readonly [
  what: string,
  request: MountRequest,
  regions: readonly [string] | readonly [string, string],
])[] = [
  ['objects', { ...request, objects: '- {objectName: a/c, objectType: secretsmanager}' }, ['us-east-1']],
  ['pathTranslation', { ...request, pathTranslation: 'False' }, ['us-east-1']],
  ['the default mode', { ...request, defaultMode: 0o600 }, ['us-east-1']],
  ['the region', request, ['us-east-2']],
  ['the failover region', request, ['us-east-1', 'us-east-2']],
]

for (const [what, other, regions] of others) {
  test(`a change of ${what} makes another plan`, () => {
    const plan = rememberPlans()
    plan(request, ['us-east-1'])
    assert.deepEqual(plan(other, regions), planMount(other, regions))
    assert.notDeepEqual(plan(other, regions), plan(request, ['us-east-1']))
  })
}

test('a text that is refused is refused again', () => {
  const plan = rememberPlans()
  for (const _ of [1, 2]) assert.throws(() => plan({ ...request, objects: '- {}' }, ['us-east-1']))
})
