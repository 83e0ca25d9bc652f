import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { kubectlJson, run } from '../cluster/kubectl.ts'
import { notOurs } from '../cluster/node.ts'
import { scenario } from '../cluster/scene.ts'

const runner = fileURLToPath(new URL('../run.ts', import.meta.url))
const { E2E_AWS_CONTROL: control = 'http://172.30.0.2:8080' } = process.env
const kinds = [
  ...[
    'namespaces',
    'daemonsets.apps',
    'deployments.apps',
    'pods',
    'serviceaccounts',
    'configmaps',
    'secrets',
  ],
  ...[
    'roles',
    'rolebindings',
    'clusterroles',
    'clusterrolebindings',
    'customresourcedefinitions',
    'csidrivers',
  ],
  'secretproviderclasses',
]

scenario(
  'in the cluster of KUBECONFIG the suite touches nothing but namespaces of its own',
  async () => {
    const before = await othersObjects()
    assert.ok(before.some((object) => object.startsWith('DaemonSet kube-system/')))
    const { code, stdout, stderr } = await run('env', [
      ...[
        '-u',
        'E2E_NODE_STATE',
        '-u',
        'E2E_AGENTS',
        '-u',
        'NODE_TEST_CONTEXT',
        `E2E_AWS_CONTROL=${control}`,
      ],
      ...[process.execPath, runner, '01-reading', '06-identity', '10-density', '11-installs'],
    ])
    assert.equal(code, 0, `${stdout}${stderr}`)
    assert.match(stdout, /pass 2\n/, 'it reads')
    assert.match(stdout, /skipped: only the local cluster is tampered with/)
    assert.match(stdout, /skipped: E2E_AGENTS names no Pod Identity agent/)
    assert.deepEqual(await othersObjects(), before)
  },
  { errors: /AccessDeniedException/, skip: notOurs },
)

/** What is outside of the suite's own namespaces, and its state but for what changes by itself. */
async function othersObjects(): Promise<readonly string[]> {
  const { items } = await kubectlJson<{
    readonly items: readonly {
      readonly kind: string
      readonly metadata: {
        readonly name: string
        readonly namespace?: string
        readonly uid: string
        readonly generation?: number
        readonly resourceVersion: string
      }
      readonly status?: unknown
    }[]
  }>(['get', kinds.join(','), '-A'])
  return items
    .filter(({ metadata }) => !`${metadata.namespace ?? metadata.name}`.startsWith('e2e-'))
    .map(({ kind, metadata, status }) => {
      const { namespace = '', name, uid, generation, resourceVersion } = metadata
      // A status has its own life.
      const state = status === undefined ? resourceVersion : (generation ?? '')
      return `${kind} ${namespace}/${name} ${uid} ${state}`
    })
    .sort()
}
