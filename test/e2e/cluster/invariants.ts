import assert from 'node:assert/strict'
import type { FollowedLogs } from './followed-logs.ts'
import { kubectl, kubectlJson } from './kubectl.ts'

export const systemNamespace = 'kube-system'
/** The installer's label, and the chart's. */
export const providerSelector =
  'app in (csi-secrets-store-provider-aws,secrets-store-csi-driver-provider-aws)'

/** Part of every secret value that a scenario makes up: it must be seen in volumes alone. */
export const canary = 'qjXvZ7wKqP'

/** Texts that stand for a secret value or a token wherever they are found. */
const secretTraces = [
  canary,
  Buffer.from(canary).toString('base64').slice(0, 12),
  'correct horse',
  'eyJhbGciOi',
]

export interface ProviderPod {
  readonly name: string
  readonly uid: string
  readonly restarts: number
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly uid: string; readonly deletionTimestamp?: string }
    readonly status: {
      readonly containerStatuses?: readonly {
        readonly restartCount: number
        readonly lastState?: { readonly terminated?: { readonly reason?: string } }
      }[]
    }
  }[]
}

/** The provider's pods that are not on their way out. */
export async function providerPods(): Promise<readonly ProviderPod[]> {
  const pods = await kubectlJson<PodList>(['get', 'pods', '-n', systemNamespace, '-l', providerSelector])
  return pods.items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, status }) => ({
      name: metadata.name,
      uid: metadata.uid,
      restarts: (status.containerStatuses ?? []).reduce((sum, { restartCount }) => sum + restartCount, 0),
    }))
}

/** What the provider's pods have logged since then, one line an entry. */
export async function providerLog(since: Date): Promise<readonly string[]> {
  const text = await kubectl([
    'logs',
    '-n',
    systemNamespace,
    '-l',
    providerSelector,
    '--tail=-1',
    '--max-log-requests=20',
    `--since-time=${since.toISOString()}`,
  ])
  return text.split('\n').filter((line) => line !== '')
}

/** Sum of a counter's samples that have this label, over the provider's pods. */
export async function counted(metric: string, label: string): Promise<number> {
  const texts = await Promise.all(
    (await providerPods()).map(({ name }) =>
      kubectl(['get', '--raw', `/api/v1/namespaces/${systemNamespace}/pods/${name}:8989/proxy/metrics`]),
    ),
  )
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.startsWith(`${metric}{`) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}

export interface Expectations {
  /** Lines at error level that the scenario itself brought about. */
  readonly errors?: RegExp
  /** How often the scenario itself made a container of the provider start again. */
  readonly restarts?: number
  /** Why it cannot be played here, or false. */
  readonly skip?: string | false
}

/** How scenarios call their namespaces. */
export const namespacePrefix = 'e2e-'

/** Proves that nothing went wrong beside what a scenario is about. `followed` are the logs of the local cluster's node. */
export async function assertInvariants(
  namespace: string,
  before: readonly ProviderPod[],
  since: Date,
  followed: FollowedLogs | undefined,
  expected: Expectations,
): Promise<void> {
  const known = new Map(before.map(({ uid, restarts }) => [uid, restarts]))
  const restarts = (await providerPods()).reduce(
    (sum, pod) => sum + pod.restarts - (known.get(pod.uid) ?? 0),
    0,
  )
  assert.equal(restarts, expected.restarts ?? 0, 'restarts of the provider')

  const log = followed?.lines(/provider-aws/) ?? (await providerLog(since))
  const surprising = log
    .filter((line) => /"level":"(error|fatal)"/.test(line))
    .filter((line) => expected.errors === undefined || !expected.errors.test(line))
    // Pods of the scenario before are asked for until they are gone, and what they read may be gone already.
    .filter((line) => line.includes(namespace) || !line.includes(`"namespace":"${namespacePrefix}`))
  assert.deepEqual(surprising.slice(0, 5), [], 'error lines that nobody asked for')

  const told = {
    provider: log.join('\n'),
    driver: followed?.lines(/\/secrets-store$/).join('\n') ?? (await driverLog(since)),
    events: await kubectl(['get', 'events', '-A', '-o', 'json']),
    node: followed?.ofNode() ?? '',
  }
  for (const [where, text] of Object.entries(told)) {
    const found = secretTraces.filter((trace) => text.includes(trace))
    assert.deepEqual(found, [], `secrets in what is told by ${where}`)
  }
}

function driverLog(since: Date): Promise<string> {
  return kubectl([
    'logs',
    '-n',
    systemNamespace,
    '-l',
    'app=csi-secrets-store',
    '-c',
    'secrets-store',
    '--tail=-1',
    `--since-time=${since.toISOString()}`,
  ])
}
