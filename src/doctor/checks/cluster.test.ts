import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, afterEach, before, test } from 'node:test'
import {
  allowing,
  type DoctorScene,
  everythingAllowed,
  installerAllows,
  type Look,
  podOption,
  startDoctorScene,
} from '../../../test/fixtures/doctor-scene.ts'
import type { Check } from '../context.ts'
import { OutsideCluster, type Row } from '../row.ts'
import { checkAccess } from './access.ts'
import { checkCsiDriver } from './csi-driver.ts'
import { checkHomeRegion } from './home-region.ts'
import { checkKubernetesApi } from './kubernetes-api.ts'
import { checkOlderDriver } from './older-driver.ts'

let scene: DoctorScene

before(async () => {
  scene = await startDoctorScene()
})
after(() => scene.stop())
afterEach(() => scene.heal())

/** `state check` of each row. */
const shown = (rows: readonly Row[]) => rows.map(({ state, check }) => `${state} ${check}`)

async function looks(check: Check, change?: Look): Promise<readonly string[]> {
  return shown(await scene.look(check, change))
}

const driver = (change: unknown) => ({ kubernetes: { csiDrivers: { 'secrets-store.csi.k8s.io': change } } })
const without = (verb: string) => allowing(everythingAllowed.filter((each) => each !== verb))

test('the Kubernetes API tells its version', async () => {
  const [row] = await scene.look(checkKubernetesApi)
  assert.match(row?.found ?? '', /^v1\.35\.0 answers in \d+ ms$/)
})

test('a Kubernetes API that refuses connections, or our token, fails with its code', async () => {
  scene.emulator.addFault({ when: { service: 'kubernetes' }, effect: { do: 'refuse' } })
  await assert.rejects(scene.look(checkKubernetesApi), { code: 'KUBERNETES_UNREACHABLE' })
  scene.heal()
  scene.emulator.mergeWorld({ kubernetes: { tokens: { 'provider-token': null } } })
  await assert.rejects(scene.look(checkKubernetesApi), { code: 'KUBERNETES_UNAUTHORIZED' })
})

test('on a node there is no Kubernetes API to look at; in a pod without its token it is missed', async () => {
  const environment = { KUBERNETES_SERVICE_HOST: '' }
  await assert.rejects(scene.look(checkKubernetesApi, { environment }), OutsideCluster)
  const options = { serviceAccountDirectory: '/nonexistent' }
  await assert.rejects(scene.look(checkKubernetesApi, { options }), { code: 'NOT_IN_CLUSTER' })
})

test('from a node a kubeconfig shows the cluster', async () => {
  const kubeconfig = join(scene.folder, 'kubeconfig')
  const { hostname, port } = new URL(scene.emulator.addresses.kubernetes)
  const user = { tokenFile: 'token' }
  const cluster = { server: `https://${hostname}:${port}`, 'certificate-authority': 'ca.crt' }
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'a',
      contexts: [{ name: 'a', context: { cluster: 'a', user: 'a' } }],
      clusters: [{ name: 'a', cluster }],
      users: [{ name: 'a', user }],
    }),
  )
  const context = { inPod: false }
  const environment = { KUBERNETES_SERVICE_HOST: '' }
  const look = { options: { kubeconfig }, environment, context }
  assert.deepEqual(await looks(checkKubernetesApi, look), ['ok kubernetes api'])
  const missing = { ...look, options: { kubeconfig: '/nonexistent' } }
  await assert.rejects(scene.look(checkKubernetesApi, missing), { code: 'KUBECONFIG_UNUSABLE' })
})

test('rights that drivers before 1.6 have needed are named, with what removes them', async () => {
  assert.deepEqual(await looks(checkOlderDriver), ['ok older driver'])
  const clusterRoles = { 'secretproviderrotation-role': { rules: [] } }
  scene.emulator.mergeWorld({ kubernetes: { clusterRoles } })
  const [row, ...more] = await scene.look(checkOlderDriver)
  assert.deepEqual([row?.state, more], ['unknown', []])
  assert.match(row?.found ?? '', /secretproviderrotation-role .*before 1\.6.*every Secret/)
  assert.match(
    row?.remedy ?? '',
    /clusterrole\/secretproviderrotation-role clusterrolebinding\/secretproviderrotation-rolebinding$/,
  )
  scene.heal()
  scene.emulator.mergeWorld(without('get clusterroles'))
  const rows = await scene.look(checkOlderDriver)
  assert.deepEqual(shown(rows), ['unknown older driver', 'unknown older driver'])
  assert.match(rows[0]?.remedy ?? '', /doctor\.yaml/)
})

test('a CSIDriver object with all that a mount needs is fine', async () => {
  assert.deepEqual(await looks(checkCsiDriver), [
    'ok csidriver tokenRequests',
    'ok csidriver tokenRequests',
    'ok csidriver podInfoOnMount',
    'ok csidriver requiresRepublish',
  ])
})

const drivers = [
  ['no audience', { tokenRequests: null }, undefined, ['failed', 'failed', 'ok', 'ok']],
  [
    'one audience',
    { tokenRequests: [{ audience: 'sts.amazonaws.com' }] },
    undefined,
    ['ok', 'unknown', 'ok', 'ok'],
  ],
  [
    'one audience, and a pod that needs the other',
    { tokenRequests: [{ audience: 'sts.amazonaws.com' }] },
    podOption,
    ['ok', 'failed', 'ok', 'ok'],
  ],
  ['no podInfoOnMount', { podInfoOnMount: false }, undefined, ['ok', 'ok', 'failed', 'ok']],
  ['no requiresRepublish', { requiresRepublish: null }, undefined, ['ok', 'ok', 'ok', 'unknown']],
] as const

for (const [name, change, options, states] of drivers) {
  test(`a CSIDriver object with ${name}`, async () => {
    scene.emulator.mergeWorld(without('create serviceaccounts/token'))
    scene.emulator.mergeWorld(driver(change))
    const rows = await scene.look(
      checkCsiDriver,
      options === undefined
        ? {}
        : { options: { ...options, providerVolume: scene.folder, serviceAccountDirectory: scene.folder } },
    )
    assert.deepEqual(
      rows.map(({ state }) => state),
      states,
    )
    for (const { state, remedy } of rows)
      if (state === 'failed') assert.match(remedy ?? '', /tokenRequests\[\d\]\.audience=|kubectl patch/)
  })
}

test('a provider that may make tokens needs no tokenRequests', async () => {
  scene.emulator.mergeWorld(driver({ tokenRequests: null }))
  const [sts] = await scene.look(checkCsiDriver)
  assert.equal(sts?.state, 'unknown')
})

test('a CSIDriver object that may not be looked at names the opt-in role', async () => {
  scene.emulator.mergeWorld(allowing(installerAllows))
  const [row] = await scene.look(checkCsiDriver)
  assert.equal(row?.state, 'unknown')
  assert.match(row?.remedy ?? '', /deployment\/optional\/doctor\.yaml.*csi-secrets-store-provider-aws-doctor/)
})

test('a CSIDriver object that is missing is wrong', async () => {
  scene.emulator.mergeWorld(driver(null))
  const [row] = await scene.look(checkCsiDriver)
  assert.equal(row?.code, 'KUBERNETES_NOT_FOUND')
  assert.equal(row?.state, 'failed')
})

test('the rights of the installer are enough', async () => {
  scene.emulator.mergeWorld(allowing(installerAllows))
  assert.deepEqual(await looks(checkAccess), [
    'ok rbac get serviceaccounts',
    'ok rbac get pods',
    'ok rbac get nodes',
    'unknown rbac create serviceaccounts/token',
  ])
})

test('a right that a mount needs is missed, one that these settings do not need is not', async () => {
  scene.emulator.mergeWorld(allowing([]))
  const nothing = ['failed rbac get serviceaccounts', 'failed rbac get pods', 'failed rbac get nodes']
  const token = 'unknown rbac create serviceaccounts/token'
  assert.deepEqual(await looks(checkAccess, { environment: { NODE_NAME: '' } }), [...nothing, token])
  const environment = { AWS_REGION: 'us-east-1' }
  assert.deepEqual(await looks(checkAccess, { environment }), [
    'failed rbac get serviceaccounts',
    'unknown rbac get pods',
    'unknown rbac get nodes',
    token,
  ])
})

test('the region comes from AWS_REGION, else from the node, else from the node of the pod', async () => {
  const own = { providerVolume: scene.folder, serviceAccountDirectory: scene.folder }
  for (const [environment, options, found] of [
    [{ AWS_REGION: 'eu-west-1' }, own, 'eu-west-1 by AWS_REGION'],
    [{}, own, 'us-east-1 by the label of node node-1'],
    [{ NODE_NAME: '' }, { ...own, ...podOption }, "us-east-1 by the label of the pod's node"],
  ] as const) {
    const [row] = await scene.look(checkHomeRegion, { environment, options })
    assert.deepEqual([row?.state, row?.found], ['ok', found])
  }
})

test('a region that cannot be known here is open, one that is wrong is not', async () => {
  for (const change of [
    { environment: { NODE_NAME: '' } },
    { environment: { KUBERNETES_SERVICE_HOST: '' } },
  ] satisfies Look[]) {
    assert.deepEqual(await looks(checkHomeRegion, change), ['unknown region'])
  }
  await assert.rejects(
    async () => scene.look(checkHomeRegion, { environment: { AWS_REGION: 'x.evil.example' } }),
    { code: 'SETTING_INVALID' },
  )
  scene.emulator.mergeWorld({ kubernetes: { nodes: { 'node-1': { labels: null } } } })
  await assert.rejects(scene.look(checkHomeRegion), { code: 'NODE_REGION_UNKNOWN' })
})
