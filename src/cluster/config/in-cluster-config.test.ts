import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadInClusterConfig } from './in-cluster-config.ts'

const folder = '/var/run/secrets/kubernetes.io/serviceaccount'
const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' }

function filesOf(files: Record<string, string>) {
  return async (path: string) => {
    const text = files[path]
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
    return text
  }
}

const mounted = filesOf({ [`${folder}/token`]: 't', [`${folder}/ca.crt`]: 'c' })

test('the usual place of a pod is found', async () => {
  assert.deepEqual(await loadInClusterConfig(environment, mounted), {
    host: 'fd00::1',
    port: 443,
    token: { file: `${folder}/token` },
    ca: { file: `${folder}/ca.crt` },
  })
})

test('the service account directory can be another', async () => {
  const files = filesOf({ '/t/token': 't', '/t/ca.crt': 'c' })
  const config = await loadInClusterConfig({ ...environment, serviceAccountDirectory: '/t' }, files)
  assert.deepEqual(config.token, { file: '/t/token' })
})

const missing: readonly [title: string, change: object, files: Record<string, string>, text: RegExp][] = [
  ['no host', { KUBERNETES_SERVICE_HOST: undefined }, {}, /KUBERNETES_SERVICE_HOST is not set/],
  ['an empty port', { KUBERNETES_SERVICE_PORT: '' }, {}, /KUBERNETES_SERVICE_PORT is not set/],
  ['port 0', { KUBERNETES_SERVICE_PORT: '0' }, {}, /KUBERNETES_SERVICE_PORT is not a port/],
  ['port tcp://x', { KUBERNETES_SERVICE_PORT: 'tcp://x' }, {}, /KUBERNETES_SERVICE_PORT is not a port/],
  ['no token', {}, { [`${folder}/ca.crt`]: 'c' }, /serviceaccount\/token cannot be read \(ENOENT\)/],
  ['an empty CA', {}, { [`${folder}/token`]: 't', [`${folder}/ca.crt`]: '\n' }, /ca\.crt is empty/],
]

for (const [title, change, files, text] of missing) {
  test(`${title} is NOT_IN_CLUSTER and points to the mount command`, async () => {
    await assert.rejects(
      loadInClusterConfig({ ...environment, ...change }, filesOf(files)),
      (error: Error & { code?: string }) => {
        assert.equal(error.code, 'NOT_IN_CLUSTER')
        assert.match(error.message, text)
        assert.match(error.message, /"mount" command/)
        return true
      },
    )
  })
}
