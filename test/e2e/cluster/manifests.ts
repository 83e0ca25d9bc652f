import type { Manifest } from './kubectl.ts'

export const account = '111122223333'
/** What test pods run; the local cluster has it, other clusters pull it. */
export const podImage = 'public.ecr.aws/docker/library/busybox:stable'

/** The ARN of a role of the emulator's account. */
export function roleArn(name: string): string {
  return `arn:aws:iam::${account}:role/${name}`
}

export function serviceAccount(name: string, role?: string): Manifest {
  const annotations = role === undefined ? {} : { 'eks.amazonaws.com/role-arn': roleArn(role) }
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, annotations } }
}

export interface ClassWish {
  /** As a list, or as the text that somebody typed. */
  readonly objects: readonly unknown[] | string
  readonly parameters?: Readonly<Record<string, string>>
  readonly secretObjects?: readonly unknown[]
}

export function secretProviderClass(name: string, wish: ClassWish): Manifest {
  const { objects, parameters = {}, secretObjects } = wish
  return {
    apiVersion: 'secrets-store.csi.x-k8s.io/v1',
    kind: 'SecretProviderClass',
    metadata: { name },
    spec: {
      provider: 'aws',
      parameters: { ...parameters, objects: typeof objects === 'string' ? objects : JSON.stringify(objects) },
      ...(secretObjects === undefined ? {} : { secretObjects }),
    },
  }
}

export interface PodWish {
  /** Default: the pod's name. */
  readonly class?: string
  /** Default `reader`. */
  readonly serviceAccount?: string
}

/** A pod whose one container sees the volume of one class at /mnt. */
export function readerPod(name: string, wish: PodWish = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: 'reader' } },
    spec: {
      serviceAccountName: wish.serviceAccount ?? 'reader',
      terminationGracePeriodSeconds: 0,
      containers: [
        {
          name: 'main',
          image: podImage,
          imagePullPolicy: 'IfNotPresent',
          command: ['sleep', 'infinity'],
          volumeMounts: [{ name: 'secrets', mountPath: '/mnt', readOnly: true }],
        },
      ],
      volumes: [
        {
          name: 'secrets',
          csi: {
            driver: 'secrets-store.csi.k8s.io',
            readOnly: true,
            volumeAttributes: { secretProviderClass: wish.class ?? name },
          },
        },
      ],
    },
  }
}
