import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { awsCalls, changeWorld, forgetCalls, withFault } from '../cluster/aws.ts'
import { providerRolledOut } from '../cluster/install.ts'
import { canary, providerPods, systemNamespace } from '../cluster/invariants.ts'
import { apply, kubectl, kubectlJson } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { endProcess, notOurs, withoutProcess } from '../cluster/node.ts'
import { allRunning, failedMounts, type Scene, scenario } from '../cluster/scene.ts'
import { until } from '../cluster/until.ts'
import { shownVolume } from '../cluster/volume.ts'

/** One class `many` of ten secrets, and names for pods of it. */
async function tenSecrets({ namespace, apply }: Scene): Promise<void> {
  const names = Array.from({ length: 10 }, (_, index) => `${namespace}-${index}`)
  await changeWorld({
    regions: {
      'us-east-1': {
        secrets: Object.fromEntries(names.map((name) => [name, { string: `${canary} ${name}` }])),
      },
    },
  })
  await apply(
    secretProviderClass('many', {
      objects: names.map((objectName) => ({ objectName, objectType: 'secretsmanager' })),
    }),
  )
}

const pods = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => readerPod(`${prefix}-${index}`, { class: 'many' }))

async function allRead(namespace: string, name: string): Promise<void> {
  assert.equal(Object.keys(await shownVolume(namespace, name)).length, 10, `${name} has its ten files`)
}

/** Pods start; `disturb` begins when some of their mounts have asked AWS and wait for its answer. */
async function whileMounting(
  { namespace }: Scene,
  prefix: string,
  disturb: () => Promise<unknown>,
): Promise<void> {
  const slow = { operation: 'GetSecretValue', name: `${namespace}-*` }
  await withFault({ when: slow, effect: { do: 'delay', milliseconds: 2_000 } }, async () => {
    await forgetCalls()
    await apply(pods(prefix, 20), namespace)
    await until(60, 'mounts wait for AWS', async () =>
      (await awsCalls({ operation: 'GetSecretValue' })).some(({ status }) => status === 0),
    )
    await disturb()
  })
  await allRunning(
    namespace,
    pods(prefix, 20).map(({ metadata }) => metadata.name),
    180,
  )
  for (const index of [0, 10, 19]) await allRead(namespace, `${prefix}-${index}`)
}

scenario(
  'a rolling update while 40 pods start: none fails, none waits much longer',
  async (scene, t) => {
    const { namespace } = scene
    await tenSecrets(scene)
    const quiet = await scene.running(pods('quiet', 40), 180)
    const quietWait = await longestWait(namespace, 'quiet')
    await scene.remove('pods', ...pods('quiet', 40).map(({ metadata }) => metadata.name))
    const before = await providerPods()
    const busy = scene.running(pods('busy', 40), 180)
    await kubectl(['rollout', 'restart', 'daemonset/csi-secrets-store-provider-aws', '-n', systemNamespace])
    const [milliseconds] = await Promise.all([busy, providerRolledOut()])
    const busyWait = await longestWait(namespace, 'busy')
    t.diagnostic(
      `40 pods run after ${seconds(quiet)} s in peace, ${seconds(milliseconds)} s during the update; the last waited ${quietWait} s and ${busyWait} s`,
    )
    assert.deepEqual(await failedMounts(namespace), [], 'no mount failed')
    assert.ok(busyWait - quietWait <= 5, `a pod waited ${busyWait} s instead of ${quietWait} s`)
    assert.ok(
      (await providerPods()).every(({ uid }) => before.every((old) => old.uid !== uid)),
      'the provider is new',
    )
    await allRead(namespace, 'busy-39')
  },
  { skip: notOurs },
)

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1)

/** Seconds from a pod's creation to the start of its container, the longest of them. */
async function longestWait(namespace: string, prefix: string): Promise<number> {
  const { items } = await kubectlJson<{
    readonly items: readonly {
      readonly metadata: { readonly name: string; readonly creationTimestamp: string }
      readonly status: {
        readonly containerStatuses: readonly {
          readonly state: { readonly running: { readonly startedAt: string } }
        }[]
      }
    }[]
  }>(['get', 'pods', '-n', namespace])
  const waits = items
    .filter(({ metadata }) => metadata.name.startsWith(`${prefix}-`))
    .map(({ metadata, status }) => {
      const started = status.containerStatuses[0]?.state.running.startedAt ?? assert.fail('it runs')
      return (Date.parse(started) - Date.parse(metadata.creationTimestamp)) / 1000
    })
  return Math.max(...waits)
}

scenario(
  'the provider killed with -9 during mounts: all pods start, with all their files',
  async (scene) => {
    await tenSecrets(scene)
    await whileMounting(scene, 'killed', async () => killProviders())
    await until(60, 'the provider is ready again', async () => {
      await providerRolledOut()
      return (await providerPods()).some(({ restarts }) => restarts > 0)
    })
  },
  { restarts: 1, skip: notOurs },
)

scenario(
  'the driver pod deleted during mounts: all pods start',
  async (scene) => {
    await tenSecrets(scene)
    await whileMounting(scene, 'driverless', () =>
      kubectl(['delete', 'pod', '-n', systemNamespace, '-l', 'app=csi-secrets-store', '--wait=false']),
    )
    await kubectl([
      'rollout',
      'status',
      'daemonset/csi-secrets-store',
      '-n',
      systemNamespace,
      '--timeout=120s',
    ])
  },
  { skip: notOurs },
)

scenario(
  'the API server away for 30 s during mounts: pods start when it is back',
  async (scene) => {
    await tenSecrets(scene)
    await whileMounting(scene, 'apiless', async () => {
      await withoutProcess('kube-apiserver', () => sleep(30_000))
      await until(60, 'the API server answers', async () => {
        await kubectl(['get', '--raw', '/readyz'])
      })
    })
  },
  // An API server that has just started knows no roles yet, and forbids everything for a moment.
  { errors: /KUBERNETES_UNREACHABLE|KUBERNETES_FORBIDDEN/, skip: notOurs },
)

scenario(
  'a reboot: kubelet and every container killed, sockets and mounts left behind; pods come back with their files',
  async (scene) => {
    await tenSecrets(scene)
    await scene.running(pods('rebooted', 5), 90)
    await withoutProcess('kubelet', async () => {
      killContainers()
      endProcess('containerd')
      await sleep(3_000)
    })
    await until(180, 'all pods run again', async () => {
      for (const { metadata } of pods('rebooted', 5)) await allRead(scene.namespace, metadata.name)
    })
    await providerRolledOut()
    await scene.running(pods('after', 5), 90)
    await allRead(scene.namespace, 'after-4')
  },
  { restarts: 1, errors: /"msg":"mount failed"/, skip: notOurs },
)

/** The daemon as the node sees it, in whichever pod. */
function killProviders(): void {
  for (const pid of processesOf('/bin/secrets-store-csi-driver-provider-aws')) process.kill(pid, 'SIGKILL')
}

/** Every container of the node, with its shim: what was mounted and bound stays. */
function killContainers(): void {
  const tasks = execFileSync('ctr', ['-n', 'k8s.io', 'tasks', 'list'], { encoding: 'utf8' })
  for (const line of tasks.split('\n').slice(1)) {
    const pid = Number(line.split(/\s+/)[1])
    if (pid > 1 && existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGKILL')
  }
}

function processesOf(command: string): readonly number[] {
  return execFileSync('pgrep', ['-f', `^${command}`], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line !== '')
    .map(Number)
}
