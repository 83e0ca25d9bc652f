import * as v from 'valibot'
import { quote } from '../errors/kind.ts'
import { fault, ProviderError } from '../errors/provider-error.ts'
import { isRegionName } from '../request/region-name.ts'
import { checkShape } from './api-answer.ts'
import { apiPath } from './api-path.ts'
import type { KubernetesClient } from './kubernetes-client.ts'

const label = 'topology.kubernetes.io/region'

/** Whose node is looked for. */
type PodName = { readonly namespace: string; readonly name: string }

/** The region of the node that the pod runs on; without a pod, of our own node. */
export type NodeRegion = (pod: PodName | undefined, signal: AbortSignal) => Promise<string>

const nodeObject = v.object({
  metadata: v.object({ labels: v.nullish(v.record(v.string(), v.string())) }),
})

const podObject = v.object({ spec: v.object({ nodeName: v.nullish(v.string()) }) })

/**
 * Answers with the label `topology.kubernetes.io/region` of our node, the last resort for a region.
 *
 * With `nodeName` (NODE_NAME) a region once read holds for the process: a node does not move. Without it the
 * node is found through the pod, at every call. A failure is never kept.
 *
 * The answer throws ProviderError NODE_REGION_UNKNOWN that says what to set, or KUBERNETES_….
 */
export function createNodeRegion(client: KubernetesClient, nodeName?: string): NodeRegion {
  let known: string | undefined

  return async (pod, signal) => {
    if (known !== undefined) return known
    try {
      if (!nodeName) return await readRegion(client, await findNode(client, pod, signal), signal)
      known = await readRegion(client, nodeName, signal)
      return known
    } catch (error) {
      throw withRemedy(error)
    }
  }
}

async function findNode(
  client: KubernetesClient,
  pod: PodName | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (pod === undefined) {
    throw fault('NODE_REGION_UNKNOWN', {
      reason: 'the secrets-store-sync-controller names no pod, so there is no node to take it from',
    })
  }
  const answer = await client.get(apiPath('namespaces', pod.namespace, 'pods', pod.name), signal)
  const { spec } = checkShape(podObject, answer, 'get pods')
  if (!spec.nodeName)
    throw fault('NODE_REGION_UNKNOWN', {
      reason: `pod "${pod.name}" in namespace "${pod.namespace}" has no node`,
    })
  return spec.nodeName
}

async function readRegion(client: KubernetesClient, nodeName: string, signal: AbortSignal): Promise<string> {
  const answer = await client.get(apiPath('nodes', nodeName), signal)
  const { metadata } = checkShape(nodeObject, answer, 'get nodes')
  const region = metadata.labels?.[label] ?? ''
  if (region === '')
    throw fault('NODE_REGION_UNKNOWN', { reason: `node "${nodeName}" has no label ${label}` })
  // A region becomes part of host names that get signed requests.
  if (!isRegionName(region))
    throw fault('NODE_REGION_UNKNOWN', {
      reason: `the label ${label} of node "${nodeName}" is ${quote(region)}, which is not a region`,
    })
  return region
}

/** RBAC that refuses, or an object that is gone, has the same ways out as a label that is missing. */
function withRemedy(error: unknown): unknown {
  if (!(error instanceof ProviderError)) return error
  if (error.code !== 'KUBERNETES_FORBIDDEN' && error.code !== 'KUBERNETES_NOT_FOUND') {
    if (!error.code.startsWith('KUBERNETES_')) return error
    const message = `the region of the node is looked for, since nothing else names one: ${error.message}`
    return new ProviderError(error.code, message, error.status, { cause: error, log: error.log })
  }
  return fault('NODE_REGION_UNKNOWN', { reason: error.message }, { cause: error })
}
