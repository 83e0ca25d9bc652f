import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { changeWorld, rotate } from '../cluster/aws.ts'
import { playExample } from '../cluster/example.ts'
import { canary } from '../cluster/invariants.ts'
import { kubectl, type Manifest } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { slowness } from '../cluster/node.ts'
import { type Scene, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { readVolume } from '../cluster/volume.ts'
import { skipWithoutHelm, withChart } from '../cluster/with-chart.ts'

const region = 'us-east-1'

/** Reads its files all the time, and says so when one cannot be read twice in a row: a swap may come in between once. */
const watch = `while :; do
  for file in key grouped; do
    cat /mnt/$file >/dev/null 2>&1 || cat /mnt/$file >/dev/null || echo "LOST $file"
  done
  usleep 20000
done`

/** A pod whose one user, without any capability, keeps reading. */
function applicationPod(name: string, hostUsers: boolean): Manifest {
  const pod = readerPod(name, { class: 'owned' })
  const spec = pod.spec as { readonly containers: readonly object[] }
  const user = { runAsUser: 1000, runAsGroup: 3000, runAsNonRoot: true, allowPrivilegeEscalation: false }
  return {
    ...pod,
    spec: {
      ...spec,
      ...(hostUsers ? {} : { hostUsers }),
      containers: spec.containers.map((container) => ({
        ...container,
        command: ['sh', '-c', watch],
        securityContext: { ...user, capabilities: { drop: ['ALL'] } },
      })),
    },
  }
}

/** How a container sees it: the ids of a user namespace are those of the volume, and not of the node. */
const seen = { key: '0400 1000:0', grouped: '0440 0:3000', extract: '0400 1000:0', root: '0440 0:0' }

async function keepsItsFiles(scene: Scene, hostUsers: boolean): Promise<void> {
  const { namespace } = scene
  const value = (time: number) => JSON.stringify({ n: `${canary} ${time}` })
  await changeWorld({ regions: { [region]: { secrets: { [namespace]: { string: value(0) } } } } })
  const object = { objectName: namespace, objectType: 'secretsmanager' }
  const objects = [
    {
      ...object,
      objectAlias: 'key',
      fileOwner: 1000,
      filePermission: '0400',
      jmesPath: [{ path: 'n', objectAlias: 'extract' }],
    },
    { ...object, objectAlias: 'grouped', fileGroup: 3000, filePermission: '0440' },
    { ...object, objectAlias: 'root', filePermission: '0440' },
  ]
  await scene.apply(secretProviderClass('owned', { objects }))
  await scene.running([applicationPod('app', hostUsers)])
  const map = await kubectl(['exec', '-n', namespace, 'app', '--', 'cat', '/proc/self/uid_map'])
  const [, outside] = map.trim().split(/\s+/u)
  assert.equal(outside === '0', hostUsers, `ids of the pod are those of the node, or not: ${map}`)
  for (let time = 0; time <= 3; time += 1) {
    if (time > 0) await rotate({ region, secret: namespace, string: value(time) })
    await until(120 * slowness, `rotation ${time} is there`, async () => {
      const volume = await readVolume(namespace, 'app')
      const shown = [...volume].map(([path, { mode, owner }]) => [path, `${mode} ${owner}`])
      assert.deepEqual(Object.fromEntries(shown), seen)
      // The file of root stays closed to a group that is not in it: nothing came of base64.
      assert.equal(String(volume.get('root')?.bytes), '')
      assert.equal(String(volume.get('key')?.bytes), value(time))
      assert.equal(String(volume.get('grouped')?.bytes), value(time))
      assert.equal(String(volume.get('extract')?.bytes), `${canary} ${time}`)
    })
  }
  const lost = await kubectl(['logs', '-n', namespace, 'app'])
  assert.equal(lost, '', 'the application never loses access')
  assert.equal(await payloads(namespace), 1, 'the sets before are gone')
  const last = await shownSet(namespace)
  // Time for two polls, each of which looks at files that cannot be read.
  await sleep(35_000 * slowness)
  assert.equal(await shownSet(namespace), last, 'what has not changed is not written again')
}

/** The name of the set that is shown: another one each time that one is written. */
function shownSet(namespace: string): Promise<string> {
  return kubectl(['exec', '-n', namespace, 'app', '--', 'readlink', '/mnt/..data'])
}

async function payloads(namespace: string): Promise<number> {
  const words = ['exec', '-n', namespace, 'app', '--', 'sh', '-c', 'ls -d /mnt/..20* | grep -vc digest']
  return Number(await kubectl(words))
}

/** What containers read of files of root with modes 0644, 0440 and 0400; docs/reading-files.md has the table. */
const readers: readonly (readonly [name: string, user: object, expected: string])[] = [
  ['root', {}, 'yes yes yes'],
  ['user', { runAsUser: 1000 }, 'yes yes no'],
  ['user-and-group', { runAsUser: 1000, runAsGroup: 1000 }, 'yes no no'],
  ['fs-group', { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 }, 'yes no no'],
  ['fs-group-of-root', { runAsUser: 1000, runAsGroup: 1000, fsGroup: 0 }, 'yes yes no'],
  ['group-of-root-too', { runAsUser: 1000, runAsGroup: 1000, supplementalGroups: [0] }, 'yes yes no'],
]

scenario('files of root are read by containers as their modes, users and groups say', async (scene) => {
  const { namespace } = scene
  await changeWorld({ regions: { [region]: { secrets: { [namespace]: { string: canary } } } } })
  const modes = ['0644', '0440', '0400']
  const objects = modes.map((filePermission) => ({
    objectName: namespace,
    objectType: 'secretsmanager',
    objectAlias: filePermission,
    filePermission,
  }))
  await scene.apply(secretProviderClass('modes', { objects }))
  await scene.running(
    readers.map(([name, securityContext]) => {
      const pod = readerPod(name, { class: 'modes' })
      return { ...pod, spec: { ...(pod.spec as object), securityContext } }
    }),
  )
  const look = `for mode in ${modes.join(' ')}; do cat /mnt/$mode >/dev/null 2>&1 && echo yes || echo no; done`
  for (const [name, , expected] of readers) {
    const printed = await kubectl(['exec', '-n', namespace, name, '--', 'sh', '-c', look])
    assert.equal(printed.trim().split('\n').join(' '), expected, name)
    for (const [path, { owner }] of await readVolume(namespace, name))
      assert.equal(owner, '0:0', `${name} ${path}`)
  }
})

scenario(
  'installed with allowFileOwner: an application keeps access to files of its own over three rotations',
  async (scene, t) => {
    await withChart('allowFileOwner=true', async () => {
      await keepsItsFiles(scene, true)
      await t.test('deployment/examples/irsa-file-owner.yaml mounts as it stands', () =>
        playExample('irsa-file-owner.yaml', scene.namespace),
      )
    })
  },
  { skip: skipWithoutHelm },
)

scenario(
  'the same in a user namespace: hostUsers: false',
  async (scene) => {
    await withChart('allowFileOwner=true', () => keepsItsFiles(scene, false))
  },
  { skip: skipWithoutHelm },
)
