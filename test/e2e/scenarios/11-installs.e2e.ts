import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { changeWorld, rotate } from '../cluster/aws.ts'
import { installProvider } from '../cluster/install.ts'
import { canary } from '../cluster/invariants.ts'
import { kubectl, run } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { notOurs } from '../cluster/node.ts'
import { type Scene, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'
import { skipWithoutHelm, withChart } from '../cluster/with-chart.ts'

const manifest = (name: string) =>
  readFileSync(new URL(`../../../deployment/${name}`, import.meta.url), 'utf8')

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

scenario(
  'installed from private-installer.yaml through envsubst',
  async (scene) => {
    const { stdout, code } = await run(
      'env',
      ['PRIVREPO=registry.test/provider', 'envsubst', '$PRIVREPO'],
      manifest('private-installer.yaml'),
    )
    assert.equal(code, 0)
    await installProvider(stdout, { pullPolicy: 'Never' })
    await readsAndRotates(scene)
    await installProvider(manifest('aws-provider-installer.yaml'))
  },
  { skip: notOurs },
)

scenario(
  'installed from the Helm chart with driverWritesSecrets: the driver writes the files',
  async (scene) => {
    await withChart('driverWritesSecrets=true', async () => {
      await readsAndRotates(scene)
      const inPod = ['exec', '-n', scene.namespace, 'mounted', '--', 'readlink', '/mnt/..data']
      assert.match(await kubectl(inPod), /^\.\.\d{4}(_\d\d){5}\.\d+\n?$/, 'a set as the driver names them')
    })
  },
  { skip: skipWithoutHelm },
)
