import pLimit from 'p-limit'
import { createAwsCalls } from '../../aws/aws-calls.ts'
import { RegionHealth } from '../../aws/region-health.ts'
import { buildFiles, collisionFaults } from '../../content/build-files.ts'
import type { BuiltFile } from '../../content/volume-file.ts'
import type { AwsCredentials } from '../../identity/aws-credentials.ts'
import {
  type AssumedRole,
  describeIdentity,
  type Identity,
  type PodIdentity,
  type PodOwnIdentity,
  sessionKey,
} from '../../identity/identity.ts'
import { fetchPodIdentityCredentials } from '../../identity/pod-identity-agent.ts'
import { assumeRole, podAsAssumer } from '../../identity/sts/assume-role.ts'
import { exchangeWebIdentity } from '../../identity/sts/exchange-web-identity.ts'
import { noMetrics } from '../../mount/metrics.ts'
import type { MountPlan, PlannedObject, Regions } from '../../plan/mount-plan.ts'
import { atOnce } from '../../process/in-turns.ts'
import type { RoleToAssume } from '../../request/mount-request.ts'
import { createStores } from '../../store/create-stores.ts'
import type { ReadValue } from '../../store/object-value.ts'
import { readValues } from '../../store/read-values.ts'
import { callsFor } from '../../store/reads/read-secret-batch.ts'
import type { DoctorContext, TargetClass } from '../context.ts'
import { failed, ok, type Row, rowsOf, unknown } from '../row.ts'

/** Credentials of the pod, and how they were got. */
export interface Authenticated {
  readonly rows: readonly Row[]
  readonly credentials?: AwsCredentials
}

/** Reads as the pod would. */
export interface PodReader {
  /** Gets credentials, by each region's STS. */
  authenticate(identity: Identity, regions: Regions): Promise<Authenticated>
  /** Reads each object in each region and lets its value go at once. */
  readObjects(target: TargetClass, identity: Identity, credentials: AwsCredentials): Promise<readonly Row[]>
}

/** Patience is for mounts: whoever waits for this wants to see what is wrong now. */
const maxTries = 2
const objectsAtOnce = 4

/** Does for --pod what a mount does, step by step, each step a row. Its rows never hold a value. */
export function createPodReader(context: DoctorContext): PodReader {
  const { settings, connections, signal } = context
  const health = new RegionHealth()
  const calls = createAwsCalls(settings.aws, connections.transport)
  const sts = { calls, health, maxTries }
  const stores = createStores({ health, observer: noMetrics, maxTries })
  const limit = pLimit(objectsAtOnce)
  const known = new Map<string, Promise<Authenticated>>()
  let sessions = 0

  /** By each region's STS, a row each. */
  async function askEach(
    regions: Regions,
    what: string,
    roleArn: string,
    ask: (regions: Regions) => Promise<AwsCredentials>,
  ): Promise<Authenticated> {
    const asked = await Promise.all(
      regions.map(async (region): Promise<Authenticated> => {
        const check = `${what} ${region}`
        const begun = performance.now()
        try {
          const credentials = await ask([region])
          return { rows: [ok(check, `STS gives credentials of ${roleArn} in ${since(begun)}`)], credentials }
        } catch (error) {
          return { rows: rowsOf(check, error) }
        }
      }),
    )
    const credentials = asked.find((each) => each.credentials !== undefined)?.credentials
    return { rows: asked.flatMap(({ rows }) => rows), ...(credentials === undefined ? {} : { credentials }) }
  }

  function authenticatePod(identity: PodOwnIdentity, regions: Regions): Promise<Authenticated> {
    if (identity.kind === 'podIdentity') return askAgent(identity)
    return askEach(regions, 'role', identity.roleArn, (region) =>
      exchangeWebIdentity(identity, region, signal, [], sts),
    )
  }

  async function authenticateChain({ base, role }: AssumedRole, regions: Regions): Promise<Authenticated> {
    const own = await authenticate(base, regions)
    const { credentials } = own
    if (credentials === undefined) {
      const row = unknown(`assumed role ${role.roleArn}`, 'not checked: the pod has no credentials')
      return { rows: [...own.rows, row] }
    }
    const assumer = podAsAssumer(base, calls.as(credentials))
    const assumed = await askEach(regions, 'assumed role', role.roleArn, (region) =>
      assumeRole(role, assumer, region, signal, [], sts),
    )
    return { ...assumed, rows: [...own.rows, chainRow(role), ...assumed.rows] }
  }

  function authenticate(identity: Identity, regions: Regions): Promise<Authenticated> {
    const isOfAgent = identity.kind === 'podIdentity'
    const key = JSON.stringify([sessionKey(identity), isOfAgent ? identity.addressType : regions])
    const found =
      known.get(key) ??
      (identity.kind === 'assumedRole'
        ? authenticateChain(identity, regions)
        : authenticatePod(identity, regions))
    known.set(key, found)
    return found
  }

  async function askAgent(identity: PodIdentity): Promise<Authenticated> {
    const check = 'role by pod identity'
    const begun = performance.now()
    try {
      const credentials = await fetchPodIdentityCredentials({
        token: identity.token,
        addressType: identity.addressType,
        timeoutMs: settings.podIdentityTimeoutMs,
        signal,
        maxAttempts: maxTries,
        endpoints: context.agent,
      })
      return { rows: [ok(check, `the agent gives credentials in ${since(begun)}`)], credentials }
    } catch (error) {
      return { rows: rowsOf(check, error) }
    }
  }

  return {
    authenticate,
    async readObjects({ plan }, identity, credentials) {
      sessions += 1
      const session = {
        id: `${sessions}`,
        identity: describeIdentity(identity),
        clients: calls.as(credentials),
      }
      const options = { stores, health, observer: noMetrics, maxBytes, onFailover() {} }
      const places = plan.regions.flatMap((region, side) =>
        plan.objects.map((object) => ({ region, side, object })),
      )
      const read = places.map(({ region, side, object }) =>
        limit(async (): Promise<ObjectLook> => {
          const alone = aloneIn(region, side, object)
          const check = `object ${alone.objects[0]?.reads[0]?.name ?? object.name} ${object.region ?? region}`
          try {
            const values = await readValues(alone, session, signal, options)
            const files = atOnce(buildFiles(alone, values, maxBytes, () => undefined))
            const [value] = values
            return {
              rows: [ok(check, foundOf(value))],
              isThere: value !== undefined,
              files: files.map(({ path, source }) => ({ path, source })),
            }
          } catch (error) {
            return { rows: rowsOf(check, error), files: [] }
          }
        }),
      )
      const batchRows = batchesOf(plan).map(({ region, some }) =>
        limit(async (): Promise<readonly Row[]> => {
          const check = `batch reads ${region}`
          try {
            await readValues(some, session, signal, options)
          } catch (error) {
            // What is wrong with the objects themselves, their own rows say.
            const denied = rowsOf(check, error).filter(({ code }) => code === 'BATCH_ACCESS_DENIED')
            if (denied.length > 0) return denied
          }
          return [ok(check, 'several secrets may be read a call')]
        }),
      )
      const [batches, looks] = await Promise.all([Promise.all(batchRows), Promise.all(read)])
      const rows = [...batches.flat(), ...looks.flatMap((look) => look.rows)]
      return [...rows, ...disputedRows(plan, looks), ...filesRows(plan, looks)]
    },
  }
}

/** What one region said of an object. */
interface ObjectLook {
  readonly rows: readonly Row[]
  /** False for an optional object that is missing; absent where nothing is known. */
  readonly isThere?: boolean
  readonly files: readonly Pick<BuiltFile, 'path' | 'source'>[]
}

function foundOf(value: ReadValue | undefined): string {
  if (value === undefined) return 'missing, and optional'
  return 'members' in value
    ? `may be read, ${value.members.length} of them`
    : `may be read, version ${value.version}`
}

/** Two regions must agree that an optional object is missing. `looks`: of all objects in one region, then in the other. */
function disputedRows({ regions, objects }: MountPlan, looks: readonly ObjectLook[]): readonly Row[] {
  const [primary, failover] = regions
  if (failover === undefined) return []
  return objects.flatMap(({ name, region }, at): readonly Row[] => {
    const [here, there] = [looks[at]?.isThere, looks[at + objects.length]?.isThere]
    if (region !== undefined || here === undefined || there === undefined || here === there) return []
    const [has, lacks] = here ? [primary, failover] : [failover, primary]
    const found = `${has} has it and ${lacks} has not: optional does not help, and a mount fails`
    const remedy = `create it in ${lacks}, or remove it in ${has}`
    return [{ ...failed(`object ${name}`, found, remedy), code: 'OBJECT_NOT_FOUND' }]
  })
}

/** What is wrong with the files of all objects together, and what depends on the provider's flags. */
function filesRows({ objects, givenAway }: MountPlan, looks: readonly ObjectLook[]): readonly Row[] {
  const files = looks.slice(0, objects.length).flatMap((look) => look.files)
  const collisions = atOnce(collisionFaults(files)).flatMap((error) => rowsOf('files', error))
  if (givenAway === undefined) return collisions
  const { where, field } = givenAway
  const owners = unknown(
    'file owners',
    `${where} has ${field}, which a provider refuses without --allow-file-owner, and where the driver writes the files`,
    "see the flags of the provider's DaemonSet",
  )
  return [...collisions, owners]
}

/** An object with its extracts is all that is held at a time. */
const maxBytes = 64 * 2 ** 20

/** One object as one region knows it: so that each has an answer of its own, whatever the others do. */
function aloneIn(region: string, side: number, object: PlannedObject): MountPlan {
  const read = object.reads[side]
  return {
    regions: [region],
    objects: [{ ...object, reads: read === undefined ? [] : [read] }],
    warnings: [],
  }
}

/** For each region whose secrets are read several a call: two that share one. */
function batchesOf({
  regions,
  objects,
  batchReads,
}: MountPlan): readonly { region: string; some: MountPlan }[] {
  if (batchReads !== true) return []
  const own = new Set(objects.flatMap(({ region }) => (region === undefined ? [] : [region])))
  const places = [
    ...regions.map((region, side) => ({ region, side, own: undefined })),
    ...Array.from(own, (region) => ({ region, side: 0, own: region })),
  ]
  return places.flatMap(({ region, side, own: named }) => {
    const known = new Map<string, PlannedObject>()
    for (const object of objects) {
      const read = object.reads[side]
      if (read === undefined || object.store !== 'secretsmanager' || object.region !== named) continue
      if ((read.version ?? read.versionLabel ?? read.set) === undefined)
        known.set(read.name, { ...object, reads: [read] })
    }
    const shared =
      callsFor([...known.keys()])
        .find((names) => names.length > 1)
        ?.slice(0, 2) ?? []
    const some = shared.flatMap((name) => known.get(name) ?? [])
    return some.length === 0
      ? []
      : [{ region, some: { regions: [region], objects: some, batchReads: true, warnings: [] } }]
  })
}

/** What the class asks for; the external id itself is between the two accounts. */
function chainRow({ roleArn, externalId, durationSeconds = 3600 }: RoleToAssume): Row {
  const withId = externalId === undefined ? 'without an external id' : 'with an external id'
  return ok('role chain', `the class reads as ${roleArn}, ${withId}, for ${durationSeconds} s`)
}

function since(begun: number): string {
  return `${Math.round(performance.now() - begun)} ms`
}
