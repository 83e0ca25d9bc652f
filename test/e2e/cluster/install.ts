import { createHash } from 'node:crypto'
import { awsAuthority } from './aws.ts'
import { systemNamespace } from './invariants.ts'
import { apply, kubectl, type Manifest } from './kubectl.ts'

const { E2E_AWS_ADDRESS = '172.30.0.2' } = process.env
const regions = ['us-east-1', 'us-east-2'] as const
const services = ['sts', 'secretsmanager', 'ssm'] as const

interface Container {
  readonly env?: readonly unknown[]
  readonly volumeMounts?: readonly unknown[]
  readonly imagePullPolicy?: string
}

interface PodTemplate {
  readonly spec: { readonly containers: readonly Container[]; readonly volumes?: readonly unknown[] }
}

/** An AWS that is not the real one. */
export interface AwsWish {
  readonly address: string
  /** Certificate of its authority, PEM. */
  readonly authority: string
}

export interface InstallWish {
  readonly pullPolicy?: string
  /** Default: the emulator. */
  readonly aws?: AwsWish
}

/**
 * Applies an installer's text. Changed are the places where the AWS of this suite is not the real one: its host names
 * lead to the emulator, whose authority is trusted; and the pull policy, where an image cannot be pulled.
 */
export async function installProvider(manifest: string, wish: InstallWish = {}): Promise<void> {
  const objects = await towardsAws(manifest, wish)
  await apply(objects)
  await providerRolledOut(objects.find(({ kind }) => kind === 'DaemonSet')?.metadata.name)
}

/** An installer's objects with those changes; the authority is in the cluster then. */
export async function towardsAws(manifest: string, wish: InstallWish = {}): Promise<readonly Manifest[]> {
  const aws = wish.aws ?? { address: E2E_AWS_ADDRESS, authority: await awsAuthority() }
  // Named after what is in it: a pod must not start with the one before.
  const authorityName = `aws-ca-${createHash('sha256').update(aws.authority).digest('hex').slice(0, 8)}`
  await apply([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: authorityName, namespace: systemNamespace },
      data: { 'ca.crt': aws.authority },
    },
  ])
  const objects = await readManifest(manifest)
  return objects.map((object) =>
    object.kind === 'DaemonSet' ? pointed(object, aws.address, authorityName, wish.pullPolicy) : object,
  )
}

/** Takes away what the manifest made. */
export async function removeProvider(manifest: string): Promise<void> {
  await kubectl(['delete', '--ignore-not-found', '--wait=true', '-f', '-'], manifest)
}

export async function providerRolledOut(name = 'csi-secrets-store-provider-aws'): Promise<void> {
  await kubectl(['rollout', 'status', `daemonset/${name}`, '-n', systemNamespace, '--timeout=120s'])
}

/** Objects of a manifest with many documents, read as kubectl reads them. */
async function readManifest(text: string): Promise<readonly Manifest[]> {
  const printed = await kubectl(['create', '--dry-run=client', '-o', 'json', '-f', '-'], text)
  // Several documents come as objects one after the other, or as a list.
  const values = printed
    .split(/^(?=\{)/m)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(part) as Manifest & { readonly items?: readonly Manifest[] })
  return values.flatMap((value) => (value.kind === 'List' ? (value.items ?? []) : [value]))
}

function pointed(
  daemonSet: Manifest,
  address: string,
  authorityName: string,
  pullPolicy: string | undefined,
): Manifest {
  const spec = daemonSet.spec as { readonly template: PodTemplate }
  const pod = spec.template.spec
  return {
    ...daemonSet,
    spec: {
      ...spec,
      template: {
        ...spec.template,
        spec: {
          ...pod,
          hostAliases: [
            {
              ip: address,
              hostnames: regions.flatMap((region) =>
                services.map((service) => `${service}.${region}.amazonaws.com`),
              ),
            },
          ],
          volumes: [...(pod.volumes ?? []), { name: 'aws-ca', configMap: { name: authorityName } }],
          containers: pod.containers.map((container) => ({
            ...container,
            ...(pullPolicy === undefined ? {} : { imagePullPolicy: pullPolicy }),
            env: [...(container.env ?? []), { name: 'NODE_EXTRA_CA_CERTS', value: '/aws-ca/ca.crt' }],
            volumeMounts: [...(container.volumeMounts ?? []), { name: 'aws-ca', mountPath: '/aws-ca' }],
          })),
        },
      },
    },
  }
}
