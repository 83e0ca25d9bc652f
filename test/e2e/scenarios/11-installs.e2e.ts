import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { changeWorld, rotate } from '../cluster/aws.ts'
import { installProvider, removeProvider } from '../cluster/install.ts'
import { canary } from '../cluster/invariants.ts'
import { run } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { type Scene, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { readVolume, shownVolume } from '../cluster/volume.ts'

const manifest = (name: string) =>
  readFileSync(new URL(`../../../deployment/${name}`, import.meta.url), 'utf8')
const { E2E_CHART: chart } = process.env

async function readsAndRotates(scene: Scene): Promise<void> {
  const { namespace } = scene
  await changeWorld({ regions: { 'us-east-1': { secrets: { [namespace]: { string: `${canary} 1` } } } } })
  const objects = [
    { objectName: namespace, objectType: 'secretsmanager', objectAlias: 'secret', filePermission: '0440' },
  ]
  await scene.apply(secretProviderClass('mounted', { objects }))
  await scene.running([readerPod('mounted')])
  assert.deepEqual(await shownVolume(namespace, 'mounted'), { secret: `0440 ${canary} 1` })
  await rotate({ region: 'us-east-1', secret: namespace, string: `${canary} 2` })
  await until(120, 'the pod sees the change', async () => {
    assert.deepEqual(await shownVolume(namespace, 'mounted'), { secret: `0440 ${canary} 2` })
  })
}

scenario('installed from private-installer.yaml through envsubst', async (scene) => {
  const { stdout, code } = await run(
    'env',
    ['PRIVREPO=registry.test/provider', 'envsubst', '$PRIVREPO'],
    manifest('private-installer.yaml'),
  )
  assert.equal(code, 0)
  await installProvider(stdout, { pullPolicy: 'Never' })
  await readsAndRotates(scene)
  await installProvider(manifest('aws-provider-installer.yaml'))
})

scenario(
  'installed from the Helm chart with driverWritesSecrets: the driver writes the files',
  async (scene, t) => {
    if (chart === undefined) return t.skip('skipped: helm is not there to render the chart')
    const rendered = readFileSync(chart, 'utf8')
    const installer = manifest('aws-provider-installer.yaml')
    await removeProvider(installer)
    try {
      await installProvider(rendered)
      await readsAndRotates(scene)
      for (const { link } of (await readVolume(scene.namespace, 'mounted')).values())
        assert.notEqual(link, '')
    } finally {
      await removeProvider(rendered)
      await installProvider(installer)
    }
  },
)
