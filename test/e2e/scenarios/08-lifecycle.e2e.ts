import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { changeWorld } from '../cluster/aws.ts'
import { providerRolledOut } from '../cluster/install.ts'
import { canary, providerPods, systemNamespace } from '../cluster/invariants.ts'
import { kubectl } from '../cluster/kubectl.ts'
import { readerPod, secretProviderClass } from '../cluster/manifests.ts'
import { endProcess, withoutNode, withoutProcess } from '../cluster/node.ts'
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

scenario('a rolling update while 40 pods start: none fails, none waits much longer', async (scene, t) => {
  const { namespace } = scene
  await tenSecrets(scene)
  const quiet = await scene.running(pods('quiet', 40), 180)
  await scene.remove('pods', ...pods('quiet', 40).map(({ metadata }) => metadata.name))
  const before = await providerPods()
  const busy = scene.running(pods('busy', 40), 180)
  await kubectl(['rollout', 'restart', 'daemonset/csi-secrets-store-provider-aws', '-n', systemNamespace])
  const [milliseconds] = await Promise.all([busy, providerRolledOut()])
  t.diagnostic(`40 pods: ${Math.round(quiet)} ms in peace, ${Math.round(milliseconds)} ms during the update`)
  const events = await failedMounts(namespace)
  assert.deepEqual(events, [], 'no mount failed')
  assert.ok(
    (await providerPods()).every(({ uid }) => before.every((old) => old.uid !== uid)),
    'the provider is new',
  )
  await allRead(namespace, 'busy-39')
})

scenario(
  'the provider killed with -9 while pods start: all of them start, with all their files',
  async (scene) => {
    await tenSecrets(scene)
    const running = scene.running(pods('killed', 20), 180)
    await sleep(1_500)
    killProviders()
    await running
    await allRead(scene.namespace, 'killed-0')
    await allRead(scene.namespace, 'killed-19')
    await until(60, 'the provider is ready again', async () => {
      await providerRolledOut()
      return (await providerPods()).some(({ restarts }) => restarts > 0)
    })
  },
  { restarts: 1, skip: withoutNode },
)

scenario('the driver pod deleted while pods start: all of them start', async (scene) => {
  await tenSecrets(scene)
  const running = scene.running(pods('driverless', 20), 180)
  await kubectl(['delete', 'pod', '-n', systemNamespace, '-l', 'app=csi-secrets-store', '--wait=false'])
  await running
  await allRead(scene.namespace, 'driverless-19')
  await kubectl(['rollout', 'status', 'daemonset/csi-secrets-store', '-n', systemNamespace, '--timeout=120s'])
})

scenario(
  'the API server away for 30 s while pods start: they start when it is back',
  async (scene) => {
    await tenSecrets(scene)
    await kubectl(
      ['apply', '-n', scene.namespace, '-f', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: pods('apiless', 20) }),
    )
    await sleep(1_500)
    await withoutProcess('kube-apiserver', () => sleep(30_000))
    await until(60, 'the API server answers', async () => {
      await kubectl(['get', '--raw', '/readyz'])
    })
    await allRunning(
      scene.namespace,
      pods('apiless', 20).map(({ metadata }) => metadata.name),
      180,
    )
    await allRead(scene.namespace, 'apiless-19')
  },
  // An API server that has just started knows no roles yet, and forbids everything for a moment.
  { errors: /KUBERNETES_UNREACHABLE|KUBERNETES_FORBIDDEN/, skip: withoutNode },
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
  { restarts: 1, errors: /"msg":"mount failed"/, skip: withoutNode },
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
