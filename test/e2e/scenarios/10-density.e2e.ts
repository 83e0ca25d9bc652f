import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { changeWorld } from '../cluster/aws.ts'
import { canary, providerPods } from '../cluster/invariants.ts'
import { kubectlJson } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { notOurs } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'
import { shownVolume } from '../cluster/volume.ts'

scenario(
  'as many pods as the kubelet allows, each with ten secrets, start at once under the installer’s limits',
  async (scene, t) => {
    const { namespace } = scene
    const [node] = (
      await kubectlJson<{
        readonly items: readonly { readonly status: { readonly allocatable: { readonly pods: string } } }[]
      }>(['get', 'nodes'])
    ).items
    const { items: there } = await kubectlJson<{
      readonly items: readonly { readonly status: { readonly phase: string } }[]
    }>(['get', 'pods', '-A'])
    const count =
      Number(node?.status.allocatable.pods) -
      there.filter(({ status }) => status.phase !== 'Succeeded').length
    const names = Array.from({ length: 10 }, (_, index) => `${namespace}-${index}`)
    await changeWorld({
      regions: {
        'us-east-1': {
          secrets: Object.fromEntries(
            names.map((name) => [name, { string: `${canary} ${name}`.repeat(50) }]),
          ),
        },
      },
    })
    await scene.apply(
      secretProviderClass('dense', {
        objects: names.map((objectName) => ({ objectName, objectType: 'secretsmanager' })),
      }),
    )
    const pods = Array.from({ length: count }, (_, index) => readerPod(`dense-${index}`, { class: 'dense' }))
    const milliseconds = await scene.running(pods, 400)
    for (const index of [0, Math.floor(count / 2), count - 1]) {
      assert.equal(Object.keys(await shownVolume(namespace, `dense-${index}`)).length, 10)
    }
    const memory = providerMemory((await providerPods())[0]?.uid ?? '')
    t.diagnostic(
      `${count} pods run after ${(milliseconds / 1000).toFixed(1)} s; ${memory ?? 'memory of the provider is not to be seen from here'}`,
    )
  },
  { skip: notOurs },
)

/** Peak and OOM kills of a pod's control group (v1 or v2), as text. */
function providerMemory(uid: string): string | undefined {
  const group = findGroup('/sys/fs/cgroup', `pod${uid}`, 5)
  if (group === undefined) return undefined
  const read = (name: string) =>
    existsSync(join(group, name)) ? readFileSync(join(group, name), 'utf8').trim() : undefined
  const peak = Number(read('memory.max_usage_in_bytes') ?? read('memory.peak') ?? 0)
  const kills = /oom_kill (\d+)/.exec(read('memory.oom_control') ?? read('memory.events') ?? '')?.[1] ?? '?'
  assert.equal(kills, '0', 'OOM kills')
  return `peak memory of the provider ${(peak / 1024 / 1024).toFixed(1)} MiB, ${kills} OOM kills`
}

function findGroup(folder: string, name: string, depth: number): string | undefined {
  const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const memory = folders.find((entry) => entry.name === 'memory')
  for (const entry of memory === undefined ? folders : [memory]) {
    const path = join(folder, entry.name)
    if (entry.name === name) return path
    const found = depth > 0 ? findGroup(path, name, depth - 1) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
