import * as v from 'valibot'
import { isNearlyAws } from '../../class-file/class-document.ts'
import { checkShape } from '../../cluster/api-answer.ts'
import { apiPath, groupPath } from '../../cluster/api-path.ts'
import { quote } from '../../errors/kind.ts'
import { ProviderError } from '../../errors/provider-error.ts'
import { withClassFaults } from '../../mount/whole-failure.ts'
import type { Regions } from '../../plan/mount-plan.ts'
import { planMount } from '../../plan/plan-mount.ts'
import { regionsOf } from '../../plan/regions.ts'
import { TurnGate } from '../../process/gate.ts'
import type { MountRequest, PodReference, RawMountRequest } from '../../request/mount-request.ts'
import { rawMountRequest } from '../../request/pod-attributes.ts'
import { readRequest } from '../../request/read-request.ts'
import type { Check, DoctorContext, Target, TargetClass } from '../context.ts'
import { doctorRole } from '../optional-roles.ts'
import { failed, ok, type Row, rowsOf, unknown } from '../row.ts'

const driver = 'secrets-store.csi.k8s.io'

/** Tells what was found of the pod of --pod and its classes. */
export const checkPodTarget: Check = async ({ target }) => (await target())?.rows ?? []

const podObject = v.object({
  metadata: v.object({ uid: v.string() }),
  spec: v.object({
    serviceAccountName: v.nullish(v.string()),
    nodeName: v.nullish(v.string()),
    volumes: v.nullish(
      v.array(
        v.object({
          csi: v.nullish(
            v.object({
              driver: v.string(),
              volumeAttributes: v.nullish(v.record(v.string(), v.string())),
            }),
          ),
        }),
      ),
    ),
  }),
})

const classObject = v.object({
  spec: v.object({
    provider: v.nullish(v.string()),
    parameters: v.nullish(v.record(v.string(), v.string())),
  }),
})

/**
 * Reads the pod and its SecretProviderClasses, and plans each mount.
 * @throws what ends the run alone.
 */
export async function findTarget(context: DoctorContext): Promise<Target | undefined> {
  const { options, signal } = context
  if (options.pod === undefined) return undefined
  const { namespace, name } = options.pod
  const check = `pod ${namespace}/${name}`
  let found: v.InferOutput<typeof podObject>
  try {
    const client = await context.kubernetes()
    const answer = await client.get(apiPath('namespaces', namespace, 'pods', name), signal)
    found = checkShape(podObject, answer, 'get pods')
  } catch (error) {
    if (signal.aborted) throw error
    return { rows: rowsOf(check, error), classes: [], isPartly: true }
  }
  const { metadata, spec } = found
  const pod = { namespace, name, uid: metadata.uid, serviceAccount: spec.serviceAccountName ?? 'default' }
  const mounts = (spec.volumes ?? []).flatMap(({ csi }) =>
    csi?.driver === driver ? [csi.volumeAttributes ?? {}] : [],
  )
  const different = new Map(mounts.map((each) => [JSON.stringify(each), each]))
  const read = await Promise.all([...different.values()].map((each) => readClass(each, pod, context)))
  return {
    pod,
    rows: [
      podRow(check, pod, spec.nodeName ?? undefined, mounts.length, context),
      ...read.flatMap(({ rows }) => rows),
    ],
    classes: read.flatMap(({ found }) => (found === undefined ? [] : [found])),
    isPartly: read.some(({ found }) => found === undefined),
  }
}

function podRow(
  check: string,
  pod: PodReference,
  node: string | undefined,
  volumes: number,
  { settings: { nodeName } }: DoctorContext,
): Row {
  if (volumes === 0) {
    return failed(
      check,
      `it has no volume of driver ${driver}`,
      'give the pod a volume with csi.driver and volumeAttributes.secretProviderClass',
    )
  }
  const found = `service account ${pod.serviceAccount}, node ${node ?? 'none yet'}, ${volumes} volume${volumes === 1 ? '' : 's'}`
  return node !== undefined && nodeName !== undefined && node !== nodeName
    ? ok(
        check,
        found,
        `this is node ${nodeName}: what is said here of network and sockets holds for it; run this in the provider's pod on ${node} too`,
      )
    : ok(check, found)
}

/** Of a volume of a pod: the class, and parameters that take the place of the class's, for so the driver has it. */
type VolumeAttributes = Readonly<Record<string, string>> & { readonly secretProviderClass?: string }

interface ReadClass {
  readonly rows: readonly Row[]
  readonly found?: TargetClass
}

async function readClass(
  { secretProviderClass: name = '', ...own }: VolumeAttributes,
  pod: PodReference,
  context: DoctorContext,
): Promise<ReadClass> {
  const { signal } = context
  const check = `class ${name}`
  try {
    const client = await context.kubernetes()
    const path = groupPath(
      'secrets-store.csi.x-k8s.io/v1',
      'namespaces',
      pod.namespace,
      'secretproviderclasses',
      name,
    )
    const { spec } = checkShape(classObject, await client.get(path, signal), 'get secretproviderclasses')
    if (spec.provider !== 'aws') return { rows: [otherProvider(check, spec.provider ?? '')] }
    const raw = rawMountRequest(Object.entries({ ...spec.parameters, ...own }), pod)
    const request = await readClassRequest(raw, signal)
    const regions = await findRegions(request, context)
    if (regions === undefined)
      return {
        rows: [unknown(check, 'not checked: it names no region, and the region of the node is not known')],
      }
    const plan = planMount(request, regions)
    const { length } = plan.objects
    const found = `${length} object${length === 1 ? '' : 's'}, ${regions.join(' and ')}, ${request.identityKind === 'irsa' ? 'IRSA' : 'Pod Identity'}`
    return { rows: [ok(check, found)], found: { name, request, plan } }
  } catch (error) {
    if (signal.aborted) throw error
    const isForbidden = error instanceof ProviderError && error.code === 'KUBERNETES_FORBIDDEN'
    return { rows: isForbidden ? [unknown(check, error.message, doctorRole)] : rowsOf(check, error) }
  }
}

function otherProvider(check: string, provider: string): Row {
  const name = quote(provider)
  return provider === '' || isNearlyAws(provider)
    ? failed(
        check,
        `its spec.provider is ${provider === '' ? 'missing' : name}, and the driver looks for a provider of exactly that name`,
        'write provider: aws',
      )
    : unknown(check, `not checked: its provider is ${name}, not "aws"`)
}

/**
 * Reads the request that the driver would send for the pod.
 * @throws what is wrong with the parameters and the objects at once, as a mount does.
 */
async function readClassRequest(raw: RawMountRequest, signal: AbortSignal): Promise<MountRequest> {
  try {
    return readRequest(raw)
  } catch (error) {
    throw await withClassFaults(error, raw, new TurnGate(1), signal)
  }
}

/** As a mount finds them. */
async function findRegions(request: MountRequest, context: DoctorContext): Promise<Regions | undefined> {
  const primary = request.region ?? (await homeOf(request, context))
  if (primary === undefined) return undefined
  return regionsOf(request, primary)
}

async function homeOf({ pod }: MountRequest, context: DoctorContext): Promise<string | undefined> {
  const home = await context.home()
  if (home.region !== undefined) return home.region
  return context.seesKubernetes ? (await context.nodeRegion())(pod, context.signal) : undefined
}
