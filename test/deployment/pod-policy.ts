/** A Kubernetes object as parsed from YAML. */
export interface Manifest {
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly annotations?: Readonly<Record<string, string>>
  }
  readonly rules?: readonly { readonly resources: readonly string[]; readonly verbs: readonly string[] }[]
  readonly subjects?: readonly unknown[]
  // biome-ignore lint/suspicious/noExplicitAny: each kind has a shape of its own
  readonly spec: any
}

/**
 * What a rendered DaemonSet of the provider breaks of the rules that hold for it everywhere; each is a sentence.
 * It runs as root on every node and handles everybody's secrets: so root that may do nothing else.
 */
export function policyBreaches(daemonSet: Manifest | undefined): string[] {
  const pod = daemonSet?.spec.template.spec
  const [container, ...more] = pod?.containers ?? []
  if (container === undefined) return ['there is no DaemonSet with a container']
  const security = container.securityContext ?? {}
  const { rollingUpdate = {} } = daemonSet?.spec.updateStrategy ?? {}
  const rules: readonly [boolean, string][] = [
    [more.length === 0 && (pod.initContainers ?? []).length === 0, 'it has one container'],
    [pod.hostNetwork !== true, 'it has no host network'],
    [pod.hostPID !== true && pod.hostIPC !== true, 'it has no host processes and no host IPC'],
    [security.privileged !== true, 'it is not privileged'],
    [security.allowPrivilegeEscalation === false, 'it cannot gain privileges'],
    [security.readOnlyRootFilesystem === true, 'its root file system is read-only'],
    [
      same(security.capabilities?.drop, ['ALL']) && (security.capabilities?.add ?? []).length === 0,
      'it drops all capabilities and adds none',
    ],
    [security.seccompProfile?.type === 'RuntimeDefault', "it has the runtime's seccomp profile"],
    [security.runAsUser === 0, "it is root, since the volumes' folders are root's"],
    [container.resources.limits?.memory !== undefined, 'its memory is limited'],
    [container.resources.limits?.cpu === undefined, 'its CPU is not limited'],
    [container.resources.requests?.cpu !== undefined, 'its CPU is requested'],
    [pod.terminationGracePeriodSeconds >= 30, 'it has 30 s or more to end: running mounts have 25'],
    [
      (container.env ?? []).some(
        (one: { name: string; valueFrom?: { fieldRef?: { fieldPath?: string } } }) =>
          one.name === 'NODE_NAME' && one.valueFrom?.fieldRef?.fieldPath === 'spec.nodeName',
      ),
      'it knows the name of its node',
    ],
    [
      (container.ports ?? []).every((port: { hostPort?: number }) => port.hostPort === undefined),
      'it takes no port of the node, so that two can run there during an update',
    ],
    [
      rollingUpdate.maxSurge === 1 && rollingUpdate.maxUnavailable === 0,
      'an update never leaves a node without one',
    ],
    [
      (pod.volumes ?? []).every((volume: { hostPath?: { path: string } }) =>
        hostFolders.includes(volume.hostPath?.path ?? ''),
      ),
      `it sees nothing of the node but ${hostFolders.join(' and ')}`,
    ],
    [
      (container.volumeMounts ?? []).some(
        (mount: { mountPath: string; mountPropagation?: string }) =>
          mount.mountPath === '/var/lib/kubelet/pods' && mount.mountPropagation === 'HostToContainer',
      ),
      'volumes that are mounted later appear in it',
    ],
    ...['startupProbe', 'livenessProbe', 'readinessProbe'].map((probe): [boolean, string] => [
      container[probe]?.httpGet?.port === 'health',
      `it has a ${probe} on the health port`,
    ]),
    [pod.nodeSelector?.['kubernetes.io/os'] === 'linux', 'it runs on Linux nodes only'],
  ]
  return rules.filter(([holds]) => !holds).map(([, sentence]) => sentence)
}

const hostFolders = ['/var/run/secrets-store-csi-providers', '/var/lib/kubelet/pods']

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
