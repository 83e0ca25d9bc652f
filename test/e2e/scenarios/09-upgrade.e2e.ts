import assert from 'node:assert/strict'
import { readdirSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { changeWorld, rotate } from '../cluster/aws.ts'
import { canary } from '../cluster/invariants.ts'
import { kubectlJson } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { withoutNode } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { readVolume } from '../cluster/volume.ts'

/** The official provider writes plain files straight into the volume. */
scenario(
  'a volume of plain files is taken over in a running pod, and plain files can be written into ours again',
  async (scene) => {
    assert.equal(withoutNode, false)
    const { namespace } = scene
    await changeWorld({ regions: { 'us-east-1': { secrets: { [namespace]: { string: `${canary} 1` } } } } })
    await scene.apply(
      secretProviderClass('upgraded', {
        objects: [{ objectName: namespace, objectType: 'secretsmanager', objectAlias: 'secret' }],
      }),
    )
    await scene.running([readerPod('upgraded')])
    const pod = await kubectlJson<{ readonly metadata: { readonly uid: string } }>([
      'get',
      'pod',
      'upgraded',
      '-n',
      namespace,
    ])
    const volume = `/var/lib/kubelet/pods/${pod.metadata.uid}/volumes/kubernetes.io~csi/secrets/mount`
    const shows = (text: string, linked: boolean) =>
      until(90, `the pod reads ${linked ? 'our link' : 'a plain file'}`, async () => {
        const file = (await readVolume(namespace, 'upgraded')).get('secret')
        assert.equal(file?.bytes.toString(), text)
        assert.equal(file?.link !== '', linked)
      })
    await shows(`${canary} 1`, true)

    // Back: what the official provider leaves behind in place of ours.
    for (const name of readdirSync(volume)) {
      if (name === '..data' || name === 'secret') unlinkSync(join(volume, name))
      else rmSync(join(volume, name), { recursive: true })
    }
    writeFileSync(join(volume, 'secret'), `${canary} plain`)
    await shows(`${canary} plain`, false)

    // Forth: the next rotation finds a plain file.
    await rotate({ region: 'us-east-1', secret: namespace, string: `${canary} 2` })
    await shows(`${canary} 2`, true)
  },
)
