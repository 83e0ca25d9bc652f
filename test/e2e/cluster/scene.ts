import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import type { Statement } from '../../emulator/world.ts'
import { changeWorld } from './aws.ts'
import { followLogs } from './followed-logs.ts'
import type { Expectations } from './invariants.ts'
import { assertInvariants, namespacePrefix, providerPods } from './invariants.ts'
import { apply, kubectl, kubectlJson, type Manifest } from './kubectl.ts'
import { roleArn, serviceAccount } from './manifests.ts'
import { nodeState, slowness } from './node.ts'
import { until } from './until.ts'

/** A namespace of its own, whose service account `reader` has a role of its own. */
export interface Scene {
  readonly namespace: string
  /** Name of the role; it may read everything until the scenario says otherwise. */
  readonly role: string
  apply(...objects: readonly Manifest[]): Promise<void>
  /** Makes pods and waits until they run. @returns Milliseconds until the last one did. */
  running(pods: readonly Manifest[], seconds?: number): Promise<number>
  remove(kind: string, ...names: readonly string[]): Promise<void>
  allow(statements: readonly Statement[] | null): Promise<void>
}

/** One scenario: its own namespace and role, then the invariants, and nothing left behind. */
export function scenario(
  sentence: string,
  play: (scene: Scene, t: TestContext) => Promise<void>,
  expected: Expectations = {},
): void {
  test(sentence, { timeout: 600_000 * slowness, skip: expected.skip ?? false }, async (t) => {
    const namespace = `${namespacePrefix}${randomBytes(4).toString('hex')}`
    const since = new Date()
    const before = await providerPods()
    const followed = nodeState === undefined ? undefined : followLogs(nodeState)
    await kubectl(['create', 'namespace', namespace])
    await changeWorld({ roles: { [roleArn(namespace)]: { trust: [`${namespace}:*`] } } })
    try {
      const scene = sceneIn(namespace)
      // Every pod mounts it. Its controller is slow where an API server has just come back, and kubelet's patience then
      // grows longer than ours.
      await until(120 * slowness, 'the namespace has the certificate of the API server', async () => {
        await kubectl(['get', 'configmap', 'kube-root-ca.crt', '-n', namespace])
      })
      await scene.apply(serviceAccount('reader', namespace))
      await play(scene, t)
      await assertInvariants(namespace, before, since, followed, expected)
    } finally {
      followed?.stop()
      await kubectl(['delete', 'namespace', namespace, '--wait=false'])
      await kubectl([
        'delete',
        'pods',
        '--all',
        '-n',
        namespace,
        '--grace-period=0',
        '--force',
        '--wait=false',
      ])
    }
  })
}

function sceneIn(namespace: string): Scene {
  return {
    namespace,
    role: namespace,
    apply: (...objects) => apply(objects, namespace),
    async running(pods, seconds = 60) {
      const started = performance.now()
      await apply(pods, namespace)
      await allRunning(
        namespace,
        pods.map(({ metadata }) => metadata.name),
        seconds,
      )
      return performance.now() - started
    },
    async remove(kind, ...names) {
      await kubectl(['delete', kind, ...names, '-n', namespace, '--now', '--ignore-not-found'])
    },
    async allow(statements) {
      await changeWorld({ roles: { [roleArn(namespace)]: { allow: statements } } })
    },
  }
}

interface Pods {
  readonly items: readonly {
    readonly metadata: { readonly name: string }
    readonly status: { readonly phase: string }
  }[]
}

/** Waits until all these pods run; says which do not, with their latest events. */
export async function allRunning(
  namespace: string,
  names: readonly string[],
  seconds: number,
): Promise<void> {
  let waiting: readonly string[] = names
  try {
    await until(seconds, 'all pods run', async () => {
      const { items } = await kubectlJson<Pods>(['get', 'pods', '-n', namespace])
      const running = new Set(
        items.filter(({ status }) => status.phase === 'Running').map(({ metadata }) => metadata.name),
      )
      waiting = names.filter((name) => !running.has(name))
      return waiting.length === 0
    })
  } catch (error) {
    const events = (await failedMounts(namespace)).map(({ pod, message }) => `${pod}: ${message}`)
    throw new Error(
      `${waiting.length} pods do not run: ${waiting.slice(0, 5).join(', ')}\n${events.slice(-5).join('\n')}`,
      {
        cause: error,
      },
    )
  }
}

export interface FailedMount {
  readonly pod: string
  readonly message: string
  readonly count: number
}

/** The events of failed mounts of a namespace (of one pod). */
export async function failedMounts(namespace: string, pod?: string): Promise<readonly FailedMount[]> {
  const { items } = await kubectlJson<{
    readonly items: readonly {
      readonly message: string
      readonly count?: number
      readonly involvedObject: { readonly name: string }
    }[]
  }>(['get', 'events', '-n', namespace, '--field-selector', 'reason=FailedMount'])
  return items
    .map(({ message, count, involvedObject }) => ({ pod: involvedObject.name, message, count: count ?? 1 }))
    .filter((event) => pod === undefined || event.pod === pod)
}
