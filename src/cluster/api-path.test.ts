import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiPath, groupPath, neededAccess } from './api-path.ts'

test('apiPath() joins names', () => {
  assert.equal(apiPath('namespaces', 'a', 'pods', 'b.c-1'), '/api/v1/namespaces/a/pods/b.c-1')
})

for (const name of [
  '',
  '.',
  '..',
  'a/b',
  'a%2fb',
  'A',
  'a?b',
  'a#b',
  'a b',
  'a..b',
  '-a',
  'a\n',
  'é',
  'a'.repeat(254),
]) {
  test(`apiPath() refuses ${JSON.stringify(name.slice(0, 20))}`, () => {
    assert.throws(() => apiPath('namespaces', name), { code: 'KUBERNETES_NAME_INVALID' })
  })
}

test('groupPath() joins names, and refuses what is none', () => {
  assert.equal(groupPath('storage.k8s.io/v1', 'csidrivers', 'a.b'), '/apis/storage.k8s.io/v1/csidrivers/a.b')
  assert.throws(() => groupPath('storage.k8s.io/v1', '..'), { code: 'KUBERNETES_NAME_INVALID' })
})

const accesses = [
  ['GET', '/version', { verb: 'get', resource: '/version' }],
  [
    'GET',
    '/apis/secrets-store.csi.x-k8s.io/v1/namespaces/a/secretproviderclasses/s',
    { verb: 'get', resource: 'secretproviderclasses', name: 's', namespace: 'a' },
  ],
  [
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    { verb: 'create', resource: 'selfsubjectaccessreviews' },
  ],
  ['GET', '/api/v1/nodes/n', { verb: 'get', resource: 'nodes', name: 'n' }],
  ['GET', '/api/v1/namespaces/a/pods/p', { verb: 'get', resource: 'pods', name: 'p', namespace: 'a' }],
  [
    'POST',
    '/api/v1/namespaces/a/serviceaccounts/s/token',
    { verb: 'create', resource: 'serviceaccounts/token', name: 's', namespace: 'a' },
  ],
] as const

for (const [method, path, expected] of accesses) {
  test(`${method} ${path} needs ${expected.verb} ${expected.resource}`, () => {
    assert.deepEqual(neededAccess(method, path), expected)
  })
}
