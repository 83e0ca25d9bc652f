import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { changeWorld, rotate } from '../cluster/aws.ts'
import { installProvider, removeProvider } from '../cluster/install.ts'
import { canary, systemNamespace } from '../cluster/invariants.ts'
import { kubectl, run } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { notOurs } from '../cluster/node.ts'
import { type Scene, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

const manifest = (name: string) =>
  readFileSync(new URL(`../../../deployment/${name}`, import.meta.url), 'utf8')
const root = fileURLToPath(new URL('../../../', import.meta.url))
const { E2E_HELM: helm } = process.env

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
    const installer = manifest('aws-provider-installer.yaml')
    await removeProvider(installer)
    const chart = mkdtempSync(join(tmpdir(), 'chart-'))
    const inSystem = ['--namespace', systemNamespace, '--wait', '--timeout', '120s']
    try {
      await succeeds(`${root}scripts/stage-chart.sh`, [chart, 'none'])
      await succeeds(helm ?? '', [
        ...['install', 'provider', chart, ...inSystem, '--set', 'driverWritesSecrets=true'],
        ...['--post-renderer', process.execPath, '--post-renderer-args', `${root}test/e2e/post-render.ts`],
      ])
      await readsAndRotates(scene)
      const inPod = ['exec', '-n', scene.namespace, 'mounted', '--', 'readlink', '/mnt/..data']
      assert.match(await kubectl(inPod), /^\.\.\d{4}(_\d\d){5}\.\d+\n?$/, 'a set as the driver names them')
    } finally {
      await succeeds(helm ?? '', ['uninstall', 'provider', ...inSystem, '--ignore-not-found'])
      rmSync(chart, { recursive: true })
      await installProvider(installer)
    }
  },
  { skip: notOurs || (helm === undefined && 'skipped: E2E_HELM names no helm') },
)

async function succeeds(program: string, words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, words)
  assert.equal(code, 0, `${program}: ${stderr}`)
  return stdout
}
