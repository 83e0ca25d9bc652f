import { readdirSync } from 'node:fs'
import { type AwsClients, createAwsCalls } from '../../aws/aws-calls.ts'
import type { AwsConnections } from '../../aws/connections.ts'
import { RegionHealth } from '../../aws/region-health.ts'
import type { VolumeFile, VolumeSet } from '../../content/volume-file.ts'
import { ourLinks } from '../../files/current-set.ts'
import { createDelivery } from '../../files/deliver.ts'
import type { WriteResult } from '../../files/write-set.ts'
import type { Session } from '../../identity/session.ts'
import { sessionName } from '../../identity/session-name.ts'
import { assumeRole, type RoleAssumer } from '../../identity/sts/assume-role.ts'
import { exchangeWebIdentity } from '../../identity/sts/exchange-web-identity.ts'
import { noMetrics } from '../../mount/metrics.ts'
import { createMountTurns, type MountSteps } from '../../mount/mount.ts'
import type { MountTrace, Stage } from '../../mount/mount-trace.ts'
import type { Regions } from '../../plan/mount-plan.ts'
import { planMount } from '../../plan/plan-mount.ts'
import { regionsOf } from '../../plan/regions.ts'
import type { Log } from '../../process/log.ts'
import type { AwsSettings } from '../../settings/serve-settings.ts'
import { createStores } from '../../store/create-stores.ts'
import { readValues } from '../../store/read-values.ts'
import { makeOutputDirectory } from './output-directory.ts'
import type { ClassIdentity, ShellIdentity } from './shell-identity.ts'

interface ShellParts {
  readonly aws: AwsSettings
  readonly connections: AwsConnections
  /** For a class that names no region. */
  readonly findRegion: () => Promise<string>
  readonly identify: (region: string) => Promise<ShellIdentity>
  readonly dryRun: boolean
  readonly log: Log
  readonly onStage: (stage: Stage) => void
}

/** What a mount at the shell came to. */
export interface Delivered {
  readonly files: readonly VolumeFile[]
  /** Paths of optional objects and extracts that are missing. */
  readonly absent: readonly string[]
  /** Undefined for a dry run. */
  readonly written: WriteResult | undefined
  /** Names in the directory that are not of this mount, and stay. */
  readonly others: readonly string[]
}

/** The steps of a mount at the shell. */
export interface ShellSteps extends MountSteps<ClassIdentity> {
  /** What the last mount delivered, once whatever it is writing is written; undefined when it got nowhere. */
  delivered(): Promise<Delivered | undefined>
}

/** The driver's default limit; an answer without files never comes near it. */
const maxResponseBytes = 4_194_304

/** What a person writes into a directory is no matter of a container's limit. */
const noRoom = { holdSoon: async () => () => {}, check() {} }

/** A person's own machine has room for more than a provider's container. */
const maxVolumeBytes = 256 * 2 ** 20

/** Puts the steps together for a person at the shell: their own credentials, files into a directory of theirs. */
export function createShellSteps(parts: ShellParts): ShellSteps {
  const { aws, connections, log, onStage, dryRun } = parts
  const health = new RegionHealth()
  const calls = createAwsCalls(aws, connections.transport)
  const sts = { calls, health, maxTries: aws.maxTries }
  const stores = createStores({ health, observer: noMetrics, maxTries: aws.maxTries })
  const write = createDelivery(
    { driverWritesSecrets: false, maxResponseBytes },
    log,
    noRoom,
    noMetrics,
    async () => () => {},
  )
  let delivery: Promise<Delivered> | undefined

  async function openSession(
    { shell, role }: ClassIdentity,
    regions: Regions,
    signal: AbortSignal,
    trace: MountTrace,
  ): Promise<Omit<Session, 'id'>> {
    const credentials =
      shell.kind === 'chain'
        ? shell.credentials
        : await exchangeWebIdentity(shell.webIdentity, regions, signal, [trace], sts)
    const clients = calls.as(credentials)
    if (role === undefined) return { identity: shell.name, clients }
    const assumed = await assumeRole(role, assumerOf(shell, clients), regions, signal, [trace], sts)
    return { identity: `role ${role.roleArn}, assumed by ${shell.name}`, clients: calls.as(assumed) }
  }

  return {
    delivered: async () => delivery?.catch(() => undefined),
    planMount,
    maxVolumeBytes,
    turns: createMountTurns(),
    async findRegions(request) {
      onStage('region')
      return regionsOf(request, request.region ?? (await parts.findRegion()))
    },
    async identify({ assumeRole: role }, [primary]) {
      onStage('identity')
      return { shell: await parts.identify(primary), role }
    },
    // One mount, and nobody beside it.
    admit: async () => ({ valuesArrived() {}, leave() {} }),
    async readValues(plan, identity, signal, trace) {
      onStage('fetch')
      const session = { id: 'shell', ...(await openSession(identity, plan.regions, signal, trace)) }
      const onFailover = ({
        from,
        to,
        used,
        reasons,
      }: {
        from: string
        to: string
        used: boolean
        reasons: readonly string[]
      }) =>
        log.warn(
          { reasons },
          used ? `region ${from} failed: the values are those of ${to}` : `failover region ${to} failed`,
        )
      return readValues(plan, session, signal, {
        stores,
        health,
        observer: trace,
        maxBytes: maxVolumeBytes,
        onFailover,
      })
    },
    async deliver(request, set, signal, trace) {
      const { files, absent } = set
      onStage('write')
      const objectVersions = files.map(({ path, version }) => ({ id: path, version }))
      if (dryRun) {
        delivery = Promise.resolve({ files, absent, written: undefined, others: [] })
        return { objectVersions, files: [] }
      }
      signal.throwIfAborted()
      const targetPath = makeOutputDirectory(request.targetPath)
      const writing = write({ targetPath }, asWritable(set, log), signal, trace)
      delivery = writing.then(() => ({ files, absent, written: trace.written, others: othersIn(targetPath) }))
      return writing
    },
  }
}

/** A person's own credentials are of no service account, but CloudTrail shows some name. */
function assumerOf(shell: ShellIdentity, clients: AwsClients): RoleAssumer {
  if (shell.kind === 'chain') return { clients, name: shell.name, sessionName: sessionName('shell', 'shell') }
  const { roleArn, namespace, serviceAccount } = shell.webIdentity
  return { clients, name: shell.name, roleArn, sessionName: sessionName(namespace, serviceAccount) }
}

/** Who is not root cannot give files away: they stay the person's own. */
function asWritable(set: VolumeSet, log: Log): VolumeSet {
  const isGivenAway = set.files.some(({ owner, group }) => (owner ?? group) !== undefined)
  if (!isGivenAway || process.geteuid?.() === 0) return set
  log.warn({}, 'fileOwner and fileGroup are for root to set: the files stay yours here')
  return { ...set, files: set.files.map(({ owner: _, group: __, ...file }) => file) }
}

function othersIn(directory: string): readonly string[] {
  const ours = ourLinks(directory).map((at) => at.split('/')[0])
  return readdirSync(directory).filter((name) => !name.startsWith('..') && !ours.includes(name))
}
