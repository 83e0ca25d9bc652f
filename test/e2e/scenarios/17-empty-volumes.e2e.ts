import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { changeWorld } from '../cluster/aws.ts'
import { canary, systemNamespace } from '../cluster/invariants.ts'
import { kubectl, kubectlJson } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { notOurs } from '../cluster/node.ts'
import { allRunning, failedMounts, type Scene, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'

/** A class of so many files of one secret, in few characters. */
function classOf(name: string, objectName: string, files: number) {
  const entries = Array.from({ length: files - 2 }, (_, at) => `  - path: k\n    objectAlias: f${at}`)
  const head = `- objectName: ${objectName}\n  objectType: secretsmanager\n  objectAlias: whole\n  jmesPath:`
  return secretProviderClass(name, {
    objects: `${head}\n  - path: k\n    objectAlias: f\n${entries.join('\n')}`,
  })
}

async function withSecret({ namespace }: Scene): Promise<string> {
  const secrets = { [namespace]: { string: JSON.stringify({ k: canary }) } }
  await changeWorld({ regions: { 'us-east-1': { secrets } } })
  return namespace
}

interface PodState {
  readonly metadata: { readonly uid: string }
  readonly status: { readonly phase: string }
}

function stateOf(namespace: string, name: string): Promise<PodState> {
  return kubectlJson<PodState>(['get', 'pod', name, '-n', namespace])
}

/** A pod that runs with an empty volume looks well and is not: it has to wait, and to say why. */
async function waitsFor(namespace: string, name: string, words: RegExp): Promise<void> {
  await until(60, `${name} says what it waits for`, async () =>
    (await failedMounts(namespace, name)).some(({ message }) => words.test(message)),
  )
  // The driver answers a second call for a directory that it takes for mounted.
  await sleep(15_000)
  assert.equal((await stateOf(namespace, name)).status.phase, 'Pending')
}

scenario(
  'volumes that do not fit into the memory of the provider: pods wait with figures, and none runs with an empty volume',
  async (scene) => {
    const name = await withSecret(scene)
    const classes = [500, 1_000, ...Array.from({ length: 6 }, () => 3_000)].map((files, at) => ({
      files,
      pod: `files-${at}`,
    }))
    await scene.apply(...classes.map(({ files, pod }) => classOf(pod, name, files)))
    for (const { pod } of classes) await scene.apply(readerPod(pod))
    const short =
      /(?:files|objects may) take [\d.]+ MiB, which the provider's memory limit of [\d.]+ MiB does not leave/
    await until(120, 'each pod runs or says what it waits for', async () => {
      const told = await Promise.all(
        classes.map(async ({ pod }) => {
          const { status } = await stateOf(scene.namespace, pod)
          const events = await failedMounts(scene.namespace, pod)
          return status.phase === 'Running' || events.some(({ message }) => short.test(message))
        }),
      )
      return told.every((each) => each)
    })
    await sleep(15_000)
    let waiting = 0
    for (const { files, pod } of classes) {
      const { status } = await stateOf(scene.namespace, pod)
      if (status.phase === 'Running') assert.equal(await countFiles(scene.namespace, pod), files, pod)
      else waiting += 1
    }
    assert.ok(waiting > 0, 'at least one did not fit')
  },
  { errors: /(VOLUME_EXCEEDS|OBJECTS_EXCEED)_MEMORY/, skip: notOurs },
)

scenario(
  'a request that the driver cannot send twice is refused, and its pod does not run with an empty volume',
  async (scene) => {
    const name = await withSecret(scene)
    const objects = Array.from(
      { length: 1_000 },
      (_, at) =>
        `- {objectName: ${name}, objectType: secretsmanager, objectAlias: ${`${at}`.padStart(184, 'x')}}`,
    )
    await scene.apply(secretProviderClass('large', { objects: objects.join('\n') }), readerPod('large'))
    await waitsFor(scene.namespace, 'large', /the request of this mount has 2\d{5} bytes, and at most 245760/)
  },
  { errors: /REQUEST_TOO_LARGE/, skip: notOurs },
)

scenario(
  'the driver dies while a first mount is being written: the pod has its files when it runs',
  async (scene) => {
    const name = await withSecret(scene)
    await scene.apply(classOf('interrupted', name, 3_000), readerPod('interrupted'))
    const { metadata } = await stateOf(scene.namespace, 'interrupted')
    const volume = `/var/lib/kubelet/pods/${metadata.uid}/volumes/kubernetes.io~csi/secrets/mount`
    const isWriting = () => existsSync(volume) && readdirSync(volume).some((entry) => entry.startsWith('..2'))
    for (let tries = 0; !isWriting() && tries < 60_000; tries += 1) await sleep(1)
    killDriver()
    await kubectl([
      'rollout',
      'status',
      'daemonset/csi-secrets-store',
      '-n',
      systemNamespace,
      '--timeout=120s',
    ])
    await allRunning(scene.namespace, ['interrupted'], 180)
    assert.equal(await countFiles(scene.namespace, 'interrupted'), 3_000)
  },
  { errors: /MOUNT_CANCELLED/, skip: notOurs },
)

/** Files of a volume, without reading thousands of them one by one. */
async function countFiles(namespace: string, pod: string): Promise<number> {
  const listed = await kubectl(['exec', '-n', namespace, pod, '--', 'ls', '-1', '/mnt'])
  return listed.split('\n').filter((line) => line !== '').length
}

function killDriver(): void {
  const found = execFileSync('pgrep', ['-f', '^/secrets-store-csi( |$)'], { encoding: 'utf8' })
  for (const pid of found.split('\n').filter((line) => line !== '')) process.kill(Number(pid), 'SIGKILL')
}
