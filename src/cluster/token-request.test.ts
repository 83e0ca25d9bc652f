import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeKubernetes } from '../../test/fixtures/fake-kubernetes.ts'
import { fault } from '../errors/provider-error.ts'
import { requestToken } from './token-request.ts'

const never = new AbortController().signal
const pod = { name: 'till-0', namespace: 'shop', uid: 'uid-1', serviceAccount: 'till' }
const path = '/api/v1/namespaces/shop/serviceaccounts/till/token'

test('requestToken() asks for a token bound to the pod', async () => {
  const client = createFakeKubernetes({ [path]: { status: { token: 'a.b.c' } } })
  const token = await requestToken(client, pod, 'sts.amazonaws.com', never)
  assert.equal(token.reveal(), 'a.b.c')
  assert.deepEqual(client.calls, [
    [
      'POST',
      path,
      {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenRequest',
        spec: {
          audiences: ['sts.amazonaws.com'],
          expirationSeconds: 600,
          boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'till-0', uid: 'uid-1' },
        },
      },
    ],
  ])
})

test('RBAC that refuses ends as TOKEN_MISSING with all ways out', async () => {
  const forbidden = fault('KUBERNETES_FORBIDDEN', { request: '', verb: '', resource: '' })
  const client = createFakeKubernetes({ [path]: forbidden })
  await assert.rejects(
    requestToken(client, pod, 'pods.eks.amazonaws.com', never),
    (error: Error & { code?: string }) => {
      assert.equal(error.code, 'TOKEN_MISSING')
      assert.match(error.message, /audience "pods\.eks\.amazonaws\.com"/)
      assert.match(error.message, /tokenRequests of the CSIDriver secrets-store\.csi\.k8s\.io/)
      assert.match(error.message, /--set-string 'tokenRequests\[0\]\.audience=pods\.eks\.amazonaws\.com'/)
      assert.match(error.message, /create serviceaccounts\/token/)
      return true
    },
  )
})

for (const answer of [{}, { status: {} }, { status: { token: '' } }, null]) {
  test(`an answer like ${JSON.stringify(answer)} is no token`, async () => {
    const client = createFakeKubernetes({ [path]: answer })
    await assert.rejects(requestToken(client, pod, 'sts.amazonaws.com', never), {
      code: 'KUBERNETES_ANSWER_INVALID',
    })
  })
}
