import { mkdirSync, readdirSync, realpathSync } from 'node:fs'
import { createAwsCalls } from '../../aws/aws-calls.ts'
import type { AwsConnections } from '../../aws/connections.ts'
import { RegionHealth } from '../../aws/region-health.ts'
import { fault } from '../../errors/provider-error.ts'
import { ourLinks } from '../../files/current-set.ts'
import { createDelivery } from '../../files/deliver.ts'
import type { VolumeFile } from '../../files/volume-file.ts'
import type { WriteResult } from '../../files/write-set.ts'
import { exchangeWebIdentity } from '../../identity/exchange-web-identity.ts'
import { noMetrics } from '../../mount/metrics.ts'
import type { MountSteps } from '../../mount/mount.ts'
import type { Stage } from '../../mount/mount-trace.ts'
import { planMount } from '../../plan/plan-mount.ts'
import { regionsOf } from '../../plan/regions.ts'
import type { Log } from '../../process/log.ts'
import type { AwsSettings } from '../../settings/serve-settings.ts'
import { createStores } from '../../store/create-stores.ts'
import { readValues } from '../../store/read-values.ts'
import type { ShellIdentity } from './shell-identity.ts'

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
  /** Undefined for a dry run. */
  readonly written: WriteResult | undefined
  /** Names in the directory that are not of this mount, and stay. */
  readonly others: readonly string[]
}

/** The steps of a mount at the shell. */
export interface ShellSteps extends MountSteps<ShellIdentity> {
  /** What the last mount delivered, once whatever it is writing is written; undefined when it got nowhere. */
  delivered(): Promise<Delivered | undefined>
}

/** The driver's default limit; an answer without files never comes near it. */
const maxResponseBytes = 4_194_304

/** What a person writes into a directory is no matter of a container's limit. */
const noRoom = { hold: () => () => {} }

/** A person's own machine has room for more than a provider's container. */
const maxVolumeBytes = 256 * 2 ** 20

/** Puts the steps together for a person at the shell: their own credentials, files into a directory of theirs. */
export function createShellSteps(parts: ShellParts): ShellSteps {
  const { aws, connections, log, onStage, dryRun } = parts
  const health = new RegionHealth()
  const calls = createAwsCalls(aws, connections.exchange)
  const sts = { calls, health, maxTries: aws.maxTries }
  const stores = createStores({ health, observer: noMetrics, maxTries: aws.maxTries })
  const write = createDelivery({ driverWritesSecrets: false, maxResponseBytes }, log, noRoom, noMetrics)
  let delivery: Promise<Delivered> | undefined
  return {
    delivered: async () => delivery?.catch(() => undefined),
    planMount,
    maxVolumeBytes,
    async findRegions(request) {
      onStage('region')
      return regionsOf(request, request.region ?? (await parts.findRegion()))
    },
    identify(_request, [primary]) {
      onStage('identity')
      return parts.identify(primary)
    },
    // One mount, and nobody beside it.
    admit: async () => ({ filled() {}, leave() {} }),
    async readValues(plan, identity, signal, trace) {
      onStage('fetch')
      const credentials =
        identity.kind === 'chain'
          ? identity.credentials
          : await exchangeWebIdentity(identity.webIdentity, plan.regions, signal, [trace], sts)
      const session = { id: 'shell', identity: identity.name, clients: calls.as(credentials) }
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
    async deliver(request, files, signal, trace) {
      onStage('write')
      const objectVersions = files.map(({ path, version }) => ({ id: path, version }))
      if (dryRun) {
        delivery = Promise.resolve({ files, written: undefined, others: [] })
        return { objectVersions, files: [] }
      }
      signal.throwIfAborted()
      const targetPath = makeDirectory(request.targetPath)
      const writing = write({ targetPath }, files, signal, trace)
      delivery = writing.then(() => ({ files, written: trace.written, others: othersIn(targetPath) }))
      return writing
    },
  }
}

/** Links on the way are the person's own: they are followed here, and never inside. */
function makeDirectory(path: string): string {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    return realpathSync(path)
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'it cannot be made'
    throw fault('OUTPUT_NOT_DIRECTORY', { path, reason }, { cause })
  }
}

function othersIn(directory: string): readonly string[] {
  const ours = ourLinks(directory).map((at) => at.split('/')[0])
  return readdirSync(directory).filter((name) => !name.startsWith('..') && !ours.includes(name))
}
