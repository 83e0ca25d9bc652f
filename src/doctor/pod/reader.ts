import pLimit from 'p-limit'
import { createAwsCalls } from '../../aws/aws-calls.ts'
import { RegionHealth } from '../../aws/region-health.ts'
import { buildFiles } from '../../files/build-files.ts'
import type { AwsCredentials } from '../../identity/aws-credentials.ts'
import { exchangeWebIdentity } from '../../identity/exchange-web-identity.ts'
import { describeIdentity, type Identity, sessionKey, type WebIdentity } from '../../identity/identity.ts'
import { fetchPodIdentityCredentials } from '../../identity/pod-identity-agent.ts'
import { noMetrics } from '../../mount/metrics.ts'
import type { MountPlan, PlannedObject, Regions } from '../../plan/mount-plan.ts'
import { createStores } from '../../store/create-stores.ts'
import { readValues } from '../../store/read-values.ts'
import type { DoctorContext, TargetClass } from '../context.ts'
import { ok, type Row, rowsOf } from '../row.ts'

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
  const calls = createAwsCalls(settings.aws, connections.exchange)
  const sts = { calls, health, maxTries }
  const stores = createStores({ health, observer: noMetrics, maxTries })
  const limit = pLimit(objectsAtOnce)
  const known = new Map<string, Promise<Authenticated>>()
  let sessions = 0

  async function assumeRole(identity: WebIdentity, regions: Regions): Promise<Authenticated> {
    const asked = await Promise.all(
      regions.map(async (region): Promise<Authenticated> => {
        const check = `role ${region}`
        const begun = performance.now()
        try {
          const credentials = await exchangeWebIdentity(identity, [region], signal, [], sts)
          const found = `STS gives credentials of ${identity.roleArn} in ${since(begun)}`
          return { rows: [ok(check, found)], credentials }
        } catch (error) {
          return { rows: rowsOf(check, error) }
        }
      }),
    )
    const credentials = asked.find((each) => each.credentials !== undefined)?.credentials
    return { rows: asked.flatMap(({ rows }) => rows), ...(credentials === undefined ? {} : { credentials }) }
  }

  async function askAgent(identity: Extract<Identity, { kind: 'podIdentity' }>): Promise<Authenticated> {
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
    authenticate(identity, regions) {
      const key = JSON.stringify([
        sessionKey(identity),
        identity.kind === 'irsa' ? regions : identity.addressType,
      ])
      const found =
        known.get(key) ?? (identity.kind === 'irsa' ? assumeRole(identity, regions) : askAgent(identity))
      known.set(key, found)
      return found
    },
    async readObjects({ plan }, identity, credentials) {
      sessions += 1
      const session = {
        id: `${sessions}`,
        identity: describeIdentity(identity),
        clients: calls.as(credentials),
      }
      const options = { stores, health, observer: noMetrics, maxBytes, onFailover() {} }
      const rows = plan.regions.flatMap((region, side) =>
        plan.objects.map((object) =>
          limit(async (): Promise<readonly Row[]> => {
            const alone = aloneIn(region, side, object)
            const check = `object ${alone.objects[0]?.reads[0]?.name ?? object.name} ${region}`
            try {
              const values = await readValues(alone, session, signal, options)
              buildFiles(alone, values, maxBytes)
              return [ok(check, `may be read, version ${values[0]?.version ?? 'unknown'}`)]
            } catch (error) {
              return rowsOf(check, error)
            }
          }),
        ),
      )
      return (await Promise.all(rows)).flat()
    },
  }
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

function since(begun: number): string {
  return `${Math.round(performance.now() - begun)} ms`
}
