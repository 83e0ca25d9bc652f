import { type AwsConnections, createConnections } from '../aws/connections.ts'
import { loadInClusterConfig } from '../cluster/in-cluster-config.ts'
import { createKubernetesClient, type KubernetesClient } from '../cluster/kubernetes-client.ts'
import { createNodeRegion, type NodeRegion } from '../cluster/node-region.ts'
import { type AgentEndpoints, eksEndpoints } from '../identity/pod-identity-agent.ts'
import type { Sensitive } from '../process/sensitive.ts'
import { providerName, version } from '../process/version.ts'
import { type Environment, readServeSettings, type ServeSettings } from '../settings/serve-settings.ts'
import { mayCreateTokens } from './checks/access.ts'
import { findHome, type Home } from './checks/home-region.ts'
import { findTarget, type Target } from './pod/target.ts'
import { OutsideCluster, type Row } from './row.ts'

/** What the command line asks for. */
export interface DoctorOptions {
  readonly providerVolume?: string
  readonly serviceAccountDirectory?: string
  readonly podIdentityHttpTimeout?: string
  readonly pod?: { readonly namespace: string; readonly name: string }
  /** In place of a token of Kubernetes: one of the pod's service account. */
  readonly token?: Sensitive<string>
}

/** What a check looks with. What several need is found once, when the first asks for it. */
export interface DoctorContext {
  readonly options: DoctorOptions
  readonly settings: ServeSettings
  readonly connections: AwsConnections
  /** Ends the run. */
  readonly signal: AbortSignal
  /** In a pod much of the node cannot be seen. */
  readonly inPod: boolean
  /** Where drivers look before they look into the provider volume. */
  readonly earlierSocket: string
  readonly agent: AgentEndpoints
  /** Throws NOT_IN_CLUSTER, or OutsideCluster on a node. */
  kubernetes(): Promise<KubernetesClient>
  nodeRegion(): Promise<NodeRegion>
  /** The region of classes that name none. */
  home(): Promise<Home>
  mayCreateTokens(): Promise<boolean>
  /** The pod of --pod, with all that it mounts; undefined without that option. */
  target(): Promise<Target | undefined>
}

/** A check gives its rows; one that throws becomes a row of its own. */
export type Check = (context: DoctorContext) => Promise<readonly Row[]>

/** Throws SETTING_INVALID for an environment in which the daemon would not start either. */
export function createContext(
  options: DoctorOptions,
  environment: Environment,
  signal: AbortSignal,
): DoctorContext {
  const settings = readServeSettings(
    {
      'provider-volume': options.providerVolume ?? '',
      'service-account-directory': options.serviceAccountDirectory ?? '',
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
    earlierSocket: '/etc/kubernetes/secrets-store-csi-providers/aws.sock',
    agent: eksEndpoints,
    kubernetes: once(async () => {
      if (!context.inPod) throw new OutsideCluster()
      return createKubernetesClient({
        ...(await loadInClusterConfig(settings.cluster)),
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
