import type { ClusterConfig } from './cluster-config.ts'
import { type ClusterEnvironment, loadInClusterConfig } from './in-cluster-config.ts'

/** What tells of the cluster: the surroundings of a pod, or a file in their place. */
export interface ClusterSource extends ClusterEnvironment {
  readonly kubeconfig?: string | undefined
}

/**
 * Finds the API server.
 * @throws {ProviderError} NOT_IN_CLUSTER and KUBECONFIG_UNUSABLE.
 */
export async function findCluster(source: ClusterSource): Promise<ClusterConfig> {
  if (source.kubeconfig === undefined) return loadInClusterConfig(source)
  const { loadKubeconfig } = await import('./kubeconfig.ts')
  return loadKubeconfig(source.kubeconfig)
}
