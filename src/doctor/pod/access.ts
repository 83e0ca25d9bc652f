import pLimit from 'p-limit'
import { partitionOf } from '../../aws/partition.ts'
import { readRoleArn } from '../../cluster/service-account.ts'
import { ProviderError } from '../../errors/provider-error.ts'
import type { Identity, PodOwnIdentity } from '../../identity/identity.ts'
import type { Sensitive } from '../../process/sensitive.ts'
import type { IdentityKind, PodReference } from '../../request/mount-request.ts'
import type { Check, DoctorContext, Target, TargetClass } from '../context.ts'
import { ok, type Row, rowsOf, unknown } from '../row.ts'
import { createPodReader, type PodReader } from './reader.ts'
import { findPodToken } from './token.ts'

/** Classes and objects that are looked at together; the process shares the provider's memory limit. */
const atOnce = 4

/** Would the pod get its secrets? Service account, role, token, credentials, each object of each class. */
export const checkPodAccess: Check = async (context) => {
  const target = await context.target()
  const { pod } = target ?? {}
  if (target === undefined || pod === undefined) return []
  const reader = createPodReader(context)
  const rows = await Promise.all(usesOf(target).map((use) => checkUse(use, pod, reader, context)))
  return rows.flat()
}

/** The classes of one kind of identity. */
interface Use {
  readonly kind: IdentityKind
  readonly classes: readonly TargetClass[]
}

/** Where no class could be read, IRSA is looked at alone, as the default. */
function usesOf({ classes, isPartly }: Target): readonly Use[] {
  const uses = (['irsa', 'podIdentity'] as const).flatMap((kind): Use[] => {
    const those = classes.filter(({ request }) => request.identityKind === kind)
    return those.length === 0 ? [] : [{ kind, classes: those }]
  })
  return uses.length === 0 && isPartly ? [{ kind: 'irsa', classes: [] }] : uses
}

async function checkUse(
  { kind, classes }: Use,
  pod: PodReference,
  reader: PodReader,
  context: DoctorContext,
): Promise<readonly Row[]> {
  const noRole: FoundRole = { rows: [] }
  const [role, token] = await Promise.all([
    kind === 'irsa' ? findRole(pod, classes.length > 0, context) : noRole,
    findPodToken(kind, pod, context),
  ])
  const rows = [...role.rows, ...token.rows]
  const proof = token.token
  if (proof === undefined || (kind === 'irsa' && role.arn === undefined))
    return [...rows, ...notRead(classes)]
  const limit = pLimit(atOnce)
  const read = await Promise.all(
    (classes.length > 0 ? classes : [undefined]).map((each) =>
      limit(() => readAs(each, { kind, pod, arn: role.arn, token: proof }, reader, context)),
    ),
  )
  return [...rows, ...withoutRepeats(read.flat())]
}

interface Proof {
  readonly kind: IdentityKind
  readonly pod: PodReference
  readonly arn: string | undefined
  readonly token: Sensitive<string>
}

async function readAs(
  target: TargetClass | undefined,
  { kind, pod, arn = '', token }: Proof,
  reader: PodReader,
  context: DoctorContext,
): Promise<readonly Row[]> {
  const home = await context.home().catch(() => undefined)
  const regions = target?.plan.regions ?? (home?.region === undefined ? undefined : ([home.region] as const))
  if (regions === undefined) return [unknown('role', 'not checked: the region is not known')]
  const { namespace, serviceAccount, uid: podUid } = pod
  const workload = { namespace, serviceAccount, partition: partitionOf(regions[0]), token }
  const base: PodOwnIdentity =
    kind === 'irsa'
      ? { ...workload, kind, roleArn: arn }
      : { ...workload, kind, podUid, addressType: target?.request.addressType ?? 'auto' }
  const role = target?.request.assumeRole
  const identity: Identity = role === undefined ? base : { kind: 'assumedRole', base, role }
  const { rows, credentials } = await reader.authenticate(identity, regions)
  if (target === undefined) return rows
  if (credentials === undefined) return [...rows, ...notRead([target])]
  return [...rows, ...(await reader.readObjects(target, identity, credentials))]
}

interface FoundRole {
  readonly rows: readonly Row[]
  readonly arn?: string
}

async function findRole(pod: PodReference, isSure: boolean, context: DoctorContext): Promise<FoundRole> {
  const check = `service account ${pod.namespace}/${pod.serviceAccount}`
  try {
    const arn = await readRoleArn(await context.kubernetes(), pod, context.signal)
    return { rows: [ok(check, `annotated with ${arn}`)], arn }
  } catch (error) {
    if (!isSure && error instanceof ProviderError && error.code === 'ROLE_ARN_MISSING') {
      return { rows: [unknown(check, 'it names no role, which is right only for usePodIdentity')] }
    }
    return { rows: rowsOf(check, error) }
  }
}

function notRead(classes: readonly TargetClass[]): readonly Row[] {
  return classes.map(({ name }) =>
    unknown(`objects of class ${name}`, 'not checked: the pod has no credentials, see above'),
  )
}

/** Classes that share a role and a region share its row. */
function withoutRepeats(rows: readonly Row[]): readonly Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()]
}
