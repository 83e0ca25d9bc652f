import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFakeKubernetes } from '../../test/fixtures/fake-kubernetes.ts'
import { fault } from '../errors/provider-error.ts'
import { createNodeRegion } from './node-region.ts'

const never = new AbortController().signal
const pod = { namespace: 'shop', name: 'till-0' }
const nodePath = '/api/v1/nodes/node-1'
const podPath = '/api/v1/namespaces/shop/pods/till-0'
const nodeOf = (region: string) => ({ metadata: { labels: { 'topology.kubernetes.io/region': region } } })
const remedies = /parameter region .* AWS_REGION .* label topology\.kubernetes\.io\/region/

test('with a node name the region is read once', async () => {
  const client = createFakeKubernetes({ [nodePath]: nodeOf('eu-west-1') })
  const nodeRegion = createNodeRegion(client, 'node-1')
  assert.equal(await nodeRegion(pod, never), 'eu-west-1')
  assert.equal(await nodeRegion(pod, never), 'eu-west-1')
  assert.deepEqual(client.calls, [['GET', nodePath]])
})

test('a failure is not kept', async () => {
  const objects: Record<string, unknown> = { [nodePath]: nodeOf('') }
  const nodeRegion = createNodeRegion(createFakeKubernetes(objects), 'node-1')
  await assert.rejects(nodeRegion(pod, never), { code: 'NODE_REGION_UNKNOWN' })
  objects[nodePath] = nodeOf('eu-west-1')
  assert.equal(await nodeRegion(pod, never), 'eu-west-1')
})

for (const name of [undefined, '']) {
  test(`with the node name ${JSON.stringify(name)} the node is found through the pod, every time`, async () => {
    const client = createFakeKubernetes({
      [podPath]: { spec: { nodeName: 'node-1' } },
      [nodePath]: nodeOf('eu-west-1'),
    })
    const nodeRegion = createNodeRegion(client, name)
    assert.equal(await nodeRegion(pod, never), 'eu-west-1')
    assert.equal(await nodeRegion(pod, never), 'eu-west-1')
    assert.equal(client.calls.length, 4)
  })
}

const forbidden = fault('KUBERNETES_FORBIDDEN', {
  request: 'get nodes "node-1"',
  verb: 'get',
  resource: 'nodes',
})

const failures: readonly [title: string, node: unknown, code: string, text: RegExp][] = [
  ['no labels', { metadata: {} }, 'NODE_REGION_UNKNOWN', remedies],
  ['an empty label', nodeOf(''), 'NODE_REGION_UNKNOWN', /node "node-1" has no label/],
  [
    'a label that is no region',
    nodeOf('evil.example/'),
    'NODE_REGION_UNKNOWN',
    /is "evil\.example\/", which is not a region/,
  ],
  ['RBAC that refuses', forbidden, 'NODE_REGION_UNKNOWN', /verb "get" on resource "nodes"/],
  ['RBAC that refuses has the same remedies', forbidden, 'NODE_REGION_UNKNOWN', remedies],
  [
    'no answer',
    fault('KUBERNETES_UNREACHABLE', { server: 's', reason: 'r' }),
    'KUBERNETES_UNREACHABLE',
    /^the region of the node is looked for.*failed: r$/,
  ],
]

for (const [title, node, code, text] of failures) {
  test(`${title}: ${code}`, async () => {
    const nodeRegion = createNodeRegion(createFakeKubernetes({ [nodePath]: node }), 'node-1')
    await assert.rejects(nodeRegion(pod, never), (error: Error & { code?: string }) => {
      assert.equal(error.code, code)
      assert.match(error.message, text)
      return true
    })
  })
}

test('a pod without a node is an error that says so', async () => {
  const nodeRegion = createNodeRegion(createFakeKubernetes({ [podPath]: { spec: {} } }))
  await assert.rejects(nodeRegion(pod, never), /pod "till-0" in namespace "shop" has no node/)
})
