import type { AwsConnections } from '../../aws/connections.ts'
import type { MountTarget } from '../../class-file/pick-targets.ts'
import { ProviderError } from '../../errors/provider-error.ts'
import { noMetrics } from '../../mount/metrics.ts'
import { createMountRunner } from '../../mount/mount-runner.ts'
import { type Stage, stageInWords } from '../../mount/mount-trace.ts'
import type { Log } from '../../process/log.ts'
import { isKubernetesName } from '../../request/kubernetes-name.ts'
import type { RawMountRequest } from '../../request/mount-request.ts'
import { rawMountRequest } from '../../request/pod-attributes.ts'
import type { AwsSettings } from '../../settings/serve-settings.ts'
import type { Screen } from '../screen.ts'
import type { Diagnostic } from '../validate/diagnostic.ts'
import type { ShellIdentity } from './shell-identity.ts'
import { createShellSteps, type Delivered } from './shell-steps.ts'

/** What a mount at the shell needs beside the class. */
export interface MountClassOptions {
  readonly aws: AwsSettings
  readonly connections: AwsConnections
  readonly dryRun: boolean
  readonly signal: AbortSignal
  readonly screen: Screen
  readonly findRegion: () => Promise<string>
  readonly identify: (region: string) => Promise<ShellIdentity>
}

/** What became of one class: what was delivered, an error, or both when it was interrupted too late. */
export interface MountOutcome {
  readonly target: MountTarget
  /** What `validate` says of the class; with an error among them AWS was not asked. */
  readonly findings?: readonly Diagnostic[]
  readonly delivered?: Delivered
  readonly error?: ProviderError
}

/** Mounts one class by the daemon's own pipeline, within its limits. Never throws a ProviderError. */
export async function mountClass(target: MountTarget, options: MountClassOptions): Promise<MountOutcome> {
  const { screen, signal } = options
  const progress = new Progress(target.document.name, screen)
  const log = screenLog(screen)
  const steps = createShellSteps({ ...options, log, onStage: (stage) => progress.enter(stage) })
  const runner = createMountRunner({ steps, log, metrics: noMetrics })
  try {
    await runner.run(rawRequest(target), { deadline: Number.POSITIVE_INFINITY, signal })
    const delivered = await steps.delivered()
    return delivered === undefined ? { target } : { target, delivered }
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    // An abort does not wait for a swap that is under way: we do, so as to say what is true.
    const delivered = signal.aborted ? await steps.delivered() : undefined
    return delivered === undefined ? { target, error } : { target, delivered, error }
  } finally {
    progress.end()
  }
}

/** The request that the driver would send for a pod of the class's namespace. */
function rawRequest({ document, directory }: MountTarget): RawMountRequest {
  const parameters = Array.from(document.parameters, ([key, { text }]) => [key, text ?? ''] as const)
  const namespace = isKubernetesName(document.namespace) ? document.namespace : 'default'
  const pod = { name: 'shell', namespace, uid: 'shell', serviceAccount: 'shell' }
  return rawMountRequest(parameters, pod, directory)
}

/** Of the daemon's log a person sees the warnings, and where a defect is. */
function screenLog(screen: Screen): Log {
  return {
    debug() {},
    info() {},
    warn({ warnings, reasons, files }, message) {
      // Said before, each with its place in the file.
      if (Array.isArray(warnings)) return
      const details = Array.isArray(reasons)
        ? `: ${reasons.join('; ')}`
        : typeof files === 'number'
          ? ` (${files})`
          : ''
      screen.note(`warning: ${message}${details}`, 'yellow')
    },
    error({ code, cause }) {
      if (code === 'INTERNAL_FAULT') screen.note(JSON.stringify(cause), 'dim')
    },
  }
}

const quietMs = 1_000
const repeatMs = 10_000

/** Says on standard error what takes longer than a second. */
class Progress {
  readonly #name: string
  readonly #screen: Screen
  readonly #begun = performance.now()
  #stage: Stage = 'request'
  #timer: NodeJS.Timeout

  constructor(name: string, screen: Screen) {
    this.#name = name === '' ? 'the SecretProviderClass' : name
    this.#screen = screen
    this.#timer = setTimeout(() => this.#tell(), quietMs)
  }

  enter(stage: Stage): void {
    this.#stage = stage
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #tell(): void {
    const seconds = Math.round((performance.now() - this.#begun) / 1000)
    this.#screen.note(
      `${this.#name}: ${words[this.#stage] ?? stageInWords[this.#stage]} (${seconds} s)`,
      'dim',
    )
    this.#timer = setTimeout(() => this.#tell(), repeatMs)
  }
}

const words: Partial<Record<Stage, string>> = { identity: 'finding AWS credentials' }
