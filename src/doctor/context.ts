import type { AwsConnections } from '../aws/connections.ts'
import type { KubernetesClient } from '../cluster/kubernetes-client.ts'
import type { NodeRegion } from '../cluster/node-region.ts'
import type { AgentEndpoints } from '../identity/pod-identity-agent.ts'
import type { MountPlan } from '../plan/mount-plan.ts'
import type { Sensitive } from '../process/sensitive.ts'
import type { MountRequest, PodReference } from '../request/mount-request.ts'
import type { ServeSettings } from '../settings/serve-settings.ts'
import type { Row } from './row.ts'

/** What the command line asks for. */
export interface DoctorOptions {
  readonly providerVolume?: string
  readonly serviceAccountDirectory?: string
  /** Where the Kubernetes API is found from a node. */
  readonly kubeconfig?: string
  readonly podIdentityHttpTimeout?: string
  readonly pod?: { readonly namespace: string; readonly name: string }
  /** In place of a token of Kubernetes: one of the pod's service account. */
  readonly token?: Sensitive<string>
}

/** The region of classes that name none, and what tells it; neither where nothing here can tell it. */
export type Home =
  | { readonly region: string; readonly by: string }
  | { readonly region: undefined; readonly why: string }

/** A class as the pod would mount it. */
export interface TargetClass {
  readonly name: string
  readonly request: MountRequest
  readonly plan: MountPlan
}

/** The pod of --pod: as whom it reads, and what. */
export interface Target {
  /** What was found on the way, good and bad. */
  readonly rows: readonly Row[]
  /** Absent when the pod could not be read. */
  readonly pod?: PodReference
  /** Those that could be read and are without fault. */
  readonly classes: readonly TargetClass[]
  /** Some class could not be looked at, so that what the pod reads is not wholly known. */
  readonly isPartly: boolean
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
  /** From a pod, or with a kubeconfig. */
  readonly seesKubernetes: boolean
  /** Where drivers look before they look into the provider volume. */
  readonly earlierSocket: string
  readonly agent: AgentEndpoints
  /**
   * The way to the Kubernetes API.
   * @throws {ProviderError} NOT_IN_CLUSTER, or OutsideCluster where nothing tells of a cluster.
   */
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
