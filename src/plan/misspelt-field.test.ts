import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MountRequest } from '../request/mount-request.ts'
import { planMount } from './plan-mount.ts'

const request: MountRequest = {
  pod: { name: 'till-0', namespace: 'shop', uid: '1', serviceAccount: 'till' },
  tokens: new Map(),
  targetPath: '/volume',
  defaultMode: 0o644,
  identityKind: 'irsa',
  addressType: 'auto',
  objects: '',
}

test('a misspelt field is named behind the fault that it causes', () => {
  const objects = '- objectName: login\n  objectTyp: secretsmanager\n'
  assert.throws(() => planMount({ ...request, objects }, ['us-east-1']), {
    code: 'OBJECT_TYPE_MISSING',
    message: /objectType is missing.*\n.*"objectTyp" is unknown.*did you mean objectType\?/,
  })
})

test('a misspelt field alone fails no mount and is a warning', () => {
  const objects = '- {objectName: login, objectType: secretsmanager, objectAlia: x}'
  const { warnings } = planMount({ ...request, objects }, ['us-east-1'])
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['FIELD_UNKNOWN'],
  )
})
