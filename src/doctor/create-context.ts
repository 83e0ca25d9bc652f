import { createConnections } from '../aws/connections.ts'
import { findCluster } from '../cluster/config/find-cluster.ts'
import { createKubernetesClient } from '../cluster/kubernetes-client.ts'
import { createNodeRegion } from '../cluster/node-region.ts'
import { eksEndpoints } from '../identity/pod-identity-agent.ts'
import { providerName, version } from '../process/version.ts'
import { type Environment, readServeSettings } from '../settings/serve-settings.ts'
import { mayCreateTokens } from './checks/access.ts'
import { findHome } from './checks/home-region.ts'
import type { DoctorContext, DoctorOptions } from './context.ts'
import { findTarget } from './pod/target.ts'
import { OutsideCluster } from './row.ts'

/**
 * Makes what all checks share.
 * @throws {ProviderError} SETTING_INVALID for an environment in which the daemon would not start either.
 */
export function createContext(
  options: DoctorOptions,
  environment: Environment,
  signal: AbortSignal,
): DoctorContext {
  const settings = readServeSettings(
    {
      'provider-volume': options.providerVolume ?? '',
      'service-account-directory': options.serviceAccountDirectory ?? '',
      kubeconfig: options.kubeconfig ?? '',
      'pod-identity-http-timeout': options.podIdentityHttpTimeout ?? '',
    },
    environment,
  )
  const context: DoctorContext = {
    options,
    settings,
    signal,
    connections: createConnections(settings.aws),
    inPod: Boolean(environment.KUBERNETES_SERVICE_HOST),
    seesKubernetes: Boolean(settings.cluster.kubeconfig ?? environment.KUBERNETES_SERVICE_HOST),
    earlierSocket: '/etc/kubernetes/secrets-store-csi-providers/aws.sock',
    agent: eksEndpoints,
    kubernetes: once(async () => {
      if (!context.seesKubernetes) throw new OutsideCluster()
      return createKubernetesClient({
        ...(await findCluster(settings.cluster)),
        qps: 0,
        burst: 1,
        maxAttempts: 2,
        userAgent: `${providerName}/${version}`,
      })
    }),
    nodeRegion: once(async () => createNodeRegion(await context.kubernetes(), settings.nodeName)),
    home: once(() => findHome(context)),
    mayCreateTokens: once(() => mayCreateTokens(context)),
    target: once(() => findTarget(context)),
  }
  return context
}

function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined
  return () => {
    found ??= find()
    // Whoever asks hears of a failure; that one asks later is no defect.
    found.catch(() => {})
    return found
  }
}
