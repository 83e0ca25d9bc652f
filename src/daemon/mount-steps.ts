import { createAdmissionControl } from '../admission/admission-control.ts'
import { awaitBurst } from '../admission/await-burst.ts'
import { ByteBudget } from '../admission/byte-budget.ts'
import { createPlanTurns } from '../admission/plan-turns.ts'
import { createReadingRoom } from '../admission/reading-room.ts'
import { createAwsCalls } from '../aws/aws-calls.ts'
import type { AwsConnections } from '../aws/connections.ts'
import { createRegionGates } from '../aws/region-gates.ts'
import { RegionHealth } from '../aws/region-health.ts'
import type { KubernetesClient } from '../cluster/kubernetes-client.ts'
import { createNodeRegion } from '../cluster/node-region.ts'
import { readRoleArn } from '../cluster/service-account.ts'
import { requestToken } from '../cluster/token-request.ts'
import { fault, ProviderError } from '../errors/provider-error.ts'
import { type AwaitSending, createDelivery, type Deliver } from '../files/deliver.ts'
import { createMemoryRoom } from '../files/memory-room.ts'
import { identify } from '../identity/identify.ts'
import { describeIdentity, type Identity, sessionKey } from '../identity/identity.ts'
import { fetchPodIdentityCredentials } from '../identity/pod-identity-agent.ts'
import { type CredentialSource, SessionCache } from '../identity/session-cache.ts'
import { assumeRole, podAsAssumer } from '../identity/sts/assume-role.ts'
import { exchangeWebIdentity } from '../identity/sts/exchange-web-identity.ts'
import type { Metrics } from '../mount/metrics.ts'
import { createMountTurns, type MountSteps } from '../mount/mount.ts'
import { planInSteps } from '../plan/plan-mount.ts'
import { planNumber } from '../plan/plan-number.ts'
import { regionsOf } from '../plan/regions.ts'
import { rememberPlans } from '../plan/remember-plans.ts'
import type { Log } from '../process/log.ts'
import type { MemoryRelease } from '../process/memory/memory-release.ts'
import { SharedWork } from '../process/shared-work.ts'
import type { MountRequest } from '../request/mount-request.ts'
import { isFromSyncController } from '../request/sync-controller.ts'
import type { ServeSettings } from '../settings/serve-settings.ts'
import { createStores } from '../store/create-stores.ts'
import type { PlanValues } from '../store/object-value.ts'
import { type Failover, readValues } from '../store/read-values.ts'
import { refusingOwners } from './refuse-owners.ts'

/** Token exchanges under way in one region: their answers are slow, and so is the TLS of STS to the node. */
const exchangesPerRegion = 16

const prepareMs = 5_000

/** What answers on their way to the driver may take together, where it is the driver that writes. */
const bytesOfAnswers = 24 * 2 ** 20

interface DaemonParts {
  readonly settings: ServeSettings
  readonly kubernetes: KubernetesClient
  readonly connections: AwsConnections
  readonly log: Log
  readonly metrics: Metrics
  readonly memory: Pick<MemoryRelease, 'delivered' | 'planned' | 'collect' | 'largeRequests'>
}

/** Everything that outlives a mount, built once: sessions, AWS clients, region health, the Kubernetes client. */
export interface DaemonSteps extends MountSteps<Identity> {
  readonly sessions: SessionCache
  readonly health: RegionHealth
  /** Finds out before the first mount what all mounts will need: the node's region. Nothing comes of it when that fails. */
  prepare(): void
  /** Mounts that wait until there is room for their values, or for the turn of their class. */
  readonly waiting: number
}

/** Puts the steps together for the daemon: pods' identities, files into pods' volumes. */
export function createDaemonSteps({
  settings,
  kubernetes,
  connections,
  log,
  metrics,
  memory,
}: DaemonParts): DaemonSteps {
  const { aws } = settings
  const health = new RegionHealth((call, open) => {
    metrics.breaker(call, open)
    if (open) log.warn({ ...call }, 'region is silent: mounts with a failoverRegion go on without it')
    else log.info({ ...call }, 'region is no longer taken for silent')
  })
  const nodeRegion = createNodeRegion(kubernetes, settings.nodeName)
  const calls = createAwsCalls(aws, connections.transport)
  const sts = {
    calls,
    health,
    gates: createRegionGates(exchangesPerRegion),
    maxTries: aws.maxTries,
  }
  const source: CredentialSource = {
    ofPod: (identity, regions, signal, observers) =>
      identity.kind === 'irsa'
        ? exchangeWebIdentity(identity, regions, signal, [metrics, ...observers], sts)
        : counted(
            fetchPodIdentityCredentials({
              token: identity.token,
              addressType: identity.addressType,
              timeoutMs: settings.podIdentityTimeoutMs,
              signal,
              ...(aws.maxTries === undefined ? {} : { maxAttempts: aws.maxTries }),
            }),
            metrics,
          ),
    ofAssumedRole({ base, role }, { clients }, regions, signal, observers) {
      const assumer = podAsAssumer(base, clients)
      return assumeRole(role, assumer, regions, signal, [metrics, ...observers], sts)
    },
  }
  const sessions = new SessionCache({
    source,
    clients: calls.as,
    onEvent: (event) => metrics.session(event),
  })
  const { maxVolumeBytes } = settings
  let homeRegion = aws.region
  const admission = createAdmissionControl(maxVolumeBytes, () => homeRegion)
  const planTurns = createPlanTurns(createReadingRoom(memory), memory.planned)
  let begun = 0
  // Pods of one workload that come together: what each waits for is kept once, and not for each of its objects.
  const sharedMounts = new SharedWork<PlanValues, Failover>()
  const stores = createStores({ health, observer: metrics, maxTries: aws.maxTries })
  return {
    maxVolumeBytes,
    turns: createMountTurns(),
    strictExtracts: settings.strictExtracts,
    sessions,
    health,
    prepare() {
      if (aws.region !== undefined || settings.nodeName === undefined) return
      nodeRegion(undefined, AbortSignal.timeout(prepareMs)).then(
        (region) => {
          homeRegion = region
        },
        // Who needs it asks again, and says why it cannot be had.
        () => {},
      )
    },
    async findRegions(request, signal) {
      begun += 1
      const pod = isFromSyncController(request) ? undefined : request.pod
      refuseUnreadAnswer(request, settings)
      if (request.region !== undefined) return regionsOf(request, request.region)
      homeRegion = aws.region ?? (await nodeRegion(pod, signal))
      return regionsOf(request, homeRegion)
    },
    identify(request, regions, signal) {
      // The first mount of a process meets no connections: let them come while Kubernetes is asked.
      if (sessions.size === 0) {
        if (request.identityKind === 'irsa' || request.assumeRole) calls.warm('sts', regions[0])
        calls.warm('secretsmanager', regions[0])
      }
      return identify(
        request,
        regions,
        {
          readRoleArn: (account, within) => readRoleArn(kubernetes, account, within),
          requestToken: (pod, audience, within) => requestToken(kubernetes, pod, audience, within),
        },
        signal,
      )
    },
    planMount: refusingOwners(rememberPlans(planInSteps, planTurns.take), settings),
    get waiting() {
      return admission.waiting + planTurns.waiting
    },
    async admit(plan, identity, signal) {
      // Mounts without a session come when a node does, all at once.
      if (!sessions.isWarm(identity)) await awaitBurst(() => begun)
      return admission.enter(plan, sessionKey(identity), signal)
    },
    readValues: (plan, identity, signal, trace) => {
      trace.identified(describeIdentity(identity))
      return sessions.use(identity, plan.regions, signal, [trace], (session, warm) => {
        trace.warm = warm
        const key = `${session.id} ${planNumber(plan)}`
        if (sharedMounts.has(key)) trace.shared(plan.objects.length)
        return sharedMounts.run(
          key,
          signal,
          (within, onFailover, close) =>
            readValues(plan, session, within, {
              stores,
              health,
              observer: trace,
              // Who comes later reads what has been read by then anew: it may have been rotated.
              onEnd: close,
              maxBytes: maxVolumeBytes,
              onFailover,
            }),
          (failover) => {
            metrics.failover(failover)
            log.warn(
              { ...trace.who(), ...failover },
              failover.used ? 'values of the failover region mounted' : 'failover region failed',
            )
          },
        )
      })
    },
    deliver: counting(
      createDelivery(settings, log, createMemoryRoom(memory), metrics, sendingWithin(bytesOfAnswers)),
      metrics,
      memory,
    ),
  }
}

/** A slow driver may leave as many answers in memory as there are mounts. */
function sendingWithin(bytes: number): AwaitSending {
  const budget = new ByteBudget(bytes)
  let answers = 0
  return async (bytesSent, signal) => {
    answers += 1
    const { leave } = await budget.enter(`${answers}`, bytesSent, signal)
    return leave
  }
}

/** The secrets-store-sync-controller takes files from the answer alone: said before anybody is asked for anything. */
function refuseUnreadAnswer(request: MountRequest, { driverWritesSecrets }: ServeSettings): void {
  if (driverWritesSecrets || !isFromSyncController(request)) return
  throw fault('VOLUME_NOT_DIRECTORY', { path: request.targetPath, neededFlag: '--driver-writes-secrets' })
}

/** Counts the bytes of secrets that mounts hold while they write, and have written. */
function counting(deliver: Deliver, metrics: Metrics, memory: Pick<MemoryRelease, 'delivered'>): Deliver {
  return async (request, set, signal, trace) => {
    const bytes = set.files.reduce((sum, { content }) => sum + content.reveal().byteLength, 0)
    metrics.bytesHeld(bytes)
    try {
      return await deliver(request, set, signal, trace)
    } finally {
      metrics.bytesHeld(-bytes)
      memory.delivered(bytes)
    }
  }
}

async function counted<T>(exchange: Promise<T>, metrics: Metrics): Promise<T> {
  const begun = performance.now()
  const tell = (code: string) => metrics.podIdentity(code, (performance.now() - begun) / 1000)
  try {
    const credentials = await exchange
    tell('OK')
    return credentials
  } catch (error) {
    // What is none of our errors is the end of the mount, not of the agent.
    if (error instanceof ProviderError) tell(error.code)
    throw error
  }
}
