import assert from 'node:assert/strict'
import { readdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { changeWorld, rotate } from '../cluster/aws.ts'
import { installProvider, removeProvider } from '../cluster/install.ts'
import { canary } from '../cluster/invariants.ts'
import { kubectl, kubectlJson } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { notOurs } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { readVolume } from '../cluster/volume.ts'

const installer = readFileSync(
  new URL('../../../deployment/aws-provider-installer.yaml', import.meta.url),
  'utf8',
)

scenario(
  'plain files of the official provider are taken over in a running pod; its plain files in the place of ours are read, and taken over again',
  async (scene) => {
    const { namespace } = scene
    const secret = (text: string) => ({
      regions: { 'us-east-1': { secrets: { [namespace]: { string: text } } } },
    })
    await changeWorld(secret(`${canary} 1`))
    const objects = [{ objectName: namespace, objectType: 'secretsmanager', objectAlias: 'secret' }]
    await scene.apply(secretProviderClass('upgraded', { objects }))
    await scene.running([readerPod('upgraded')])
    const { metadata } = await kubectlJson<{ readonly metadata: { readonly uid: string } }>([
      ...['get', 'pod', 'upgraded', '-n', namespace],
    ])
    const volume = `/var/lib/kubelet/pods/${metadata.uid}/volumes/kubernetes.io~csi/secrets/mount`
    const shows = (text: string, linked: boolean) =>
      until(120, `the pod reads ${linked ? 'our link' : 'a plain file'}`, async () => {
        const file = (await readVolume(namespace, 'upgraded')).get('secret')
        assert.equal(file?.bytes.toString(), text)
        assert.equal(file?.link !== '', linked)
      })
    /** As the official provider writes: a file beside it, renamed over the name. */
    const writePlainly = (text: string) => {
      writeFileSync(join(volume, 'secret.tmp'), text)
      renameSync(join(volume, 'secret.tmp'), join(volume, 'secret'))
    }
    await shows(`${canary} 1`, true)

    // Back: the official provider takes our place and knows nothing of our links.
    await removeProvider(installer)
    writePlainly(`${canary} plain`)
    await shows(`${canary} plain`, false)

    // Forth: we find its plain file among our own remains.
    await changeWorld(secret(`${canary} 2`))
    const seen = await readAllTheTime(namespace, async () => {
      await installProvider(installer)
      await shows(`${canary} 2`, true)
    })
    assert.deepEqual(seen, [`${canary} plain`, `${canary} 2`], 'a reader sees the one, then the other')

    // The first upgrade of all: nothing but plain files.
    await removeProvider(installer)
    for (const entry of readdirSync(volume, { withFileTypes: true })) {
      if (entry.isSymbolicLink()) unlinkSync(join(volume, entry.name))
      else rmSync(join(volume, entry.name), { recursive: true })
    }
    writePlainly(`${canary} plain`)
    await shows(`${canary} plain`, false)
    await rotate({ region: 'us-east-1', secret: namespace, string: `${canary} 3` })
    const seenAtFirst = await readAllTheTime(namespace, async () => {
      await installProvider(installer)
      await shows(`${canary} 3`, true)
    })
    assert.deepEqual(seenAtFirst, [`${canary} plain`, `${canary} 3`], 'a reader sees the one, then the other')
  },
  { skip: notOurs },
)

/** What a loop in the pod reads meanwhile, repetitions left out; `gone` where there was no file. */
async function readAllTheTime(namespace: string, work: () => Promise<void>): Promise<readonly string[]> {
  const loop =
    'rm -f /tmp/stop; while ! [ -e /tmp/stop ]; do cat /mnt/secret 2>/dev/null || printf gone; echo; usleep 5000; done | uniq'
  const inPod = ['exec', '-n', namespace, 'upgraded', '--', 'sh', '-c']
  const reading = kubectl([...inPod, loop])
  try {
    await work()
  } finally {
    await kubectl([...inPod, 'touch /tmp/stop'])
  }
  return (await reading).split('\n').filter((line) => line !== '')
}
