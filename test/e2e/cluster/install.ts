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

export interface InstallWish {
  readonly pullPolicy?: string
}

/**
 * Applies an installer's text. Changed are the places where the AWS of this suite is not the real one: its host names
 * lead to the emulator, whose authority is trusted; and the pull policy, where an image cannot be pulled.
 */
export async function installProvider(manifest: string, wish: InstallWish = {}): Promise<void> {
  await trustEmulator()
  const objects = await readManifest(manifest)
  await apply(objects.map((object) => (object.kind === 'DaemonSet' ? towardsEmulator(object, wish) : object)))
  await providerRolledOut(objects.find(({ kind }) => kind === 'DaemonSet')?.metadata.name)
}

/** Takes away what the manifest made. */
export async function removeProvider(manifest: string): Promise<void> {
  await kubectl(['delete', '--ignore-not-found', '--wait=true', '-f', '-'], manifest)
}

export async function providerRolledOut(name = 'csi-secrets-store-provider-aws'): Promise<void> {
  await kubectl(['rollout', 'status', `daemonset/${name}`, '-n', systemNamespace, '--timeout=120s'])
}

async function trustEmulator(): Promise<void> {
  const data = { 'ca.crt': await awsAuthority() }
  await apply([
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'emulator-ca', namespace: systemNamespace },
      data,
    },
  ])
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

function towardsEmulator(daemonSet: Manifest, wish: InstallWish): Manifest {
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
              ip: E2E_AWS_ADDRESS,
              hostnames: regions.flatMap((region) =>
                services.map((service) => `${service}.${region}.amazonaws.com`),
              ),
            },
          ],
          volumes: [...(pod.volumes ?? []), { name: 'emulator-ca', configMap: { name: 'emulator-ca' } }],
          containers: pod.containers.map((container) => ({
            ...container,
            ...(wish.pullPolicy === undefined ? {} : { imagePullPolicy: wish.pullPolicy }),
            env: [...(container.env ?? []), { name: 'NODE_EXTRA_CA_CERTS', value: '/emulator-ca/ca.crt' }],
            volumeMounts: [
              ...(container.volumeMounts ?? []),
              { name: 'emulator-ca', mountPath: '/emulator-ca' },
            ],
          })),
        },
      },
    },
  }
}
